'use strict';
(() => {
  const items = JSON.parse(document.getElementById('items').textContent);
  const status = document.getElementById('status');
  const dialog = document.querySelector('dialog');
  const boxes = [...document.querySelectorAll('[data-layer]')];
  const raw = document.getElementById('raw');
  let walk = null, at = -1;

  const pointers = (element) => element.dataset.i.split(' ');
  const target = (event) => event.target instanceof Element ? event.target.closest('[data-i]') : null;
  const list = (pointer) => items.lists[pointer[0]];
  const number = (pointer) => pointer.slice(1);
  const found = (pointer) => items[list(pointer)]?.[number(pointer)];
  const named = ({ name, type, role }) => [name, type, role].filter(Boolean).join(', ');
  const told = (pointer) => items.labels[list(pointer)]?.[number(pointer)] ?? named(found(pointer) ?? {});
  const clear = () => { for (const e of document.querySelectorAll('.lit')) e.classList.remove('lit'); };

  function light(element) {
    clear();
    const all = pointers(element);
    for (const pointer of all)
      for (const e of document.querySelectorAll(`[data-i~="${pointer}"]`)) e.classList.add('lit');
    status.textContent = all.map(told).filter(Boolean).join(' · ');
  }
  function show(element) {
    const all = pointers(element);
    dialog.querySelector('h2').textContent = all.map((p) => list(p) + '/' + number(p)).join(' · ');
    dialog.querySelector('pre').textContent = all.map((p) => JSON.stringify(found(p), null, 2)).join('\n\n');
    dialog.showModal();
  }
  function go(step) {
    if (!walk) {
      walk = [];
      let seen = new Set();
      for (const e of document.querySelectorAll('#article :not(aside) > [data-i]')) {
        const own = pointers(e);
        if (own.some((p) => !seen.has(p))) { e.tabIndex = -1; walk.push(e); }
        seen = new Set(own);
      }
    }
    if (!walk.length) return;
    const here = walk.indexOf(document.activeElement);
    at = here < 0 ? at : here;
    at = at < 0 && step < 0 ? walk.length - 1 : (at + step + walk.length) % walk.length;
    walk[at].focus();
    walk[at].scrollIntoView({ block: 'nearest' });
  }
  const set = (box) => document.body.classList.toggle('no-' + box.dataset.layer, !box.checked);

  for (const box of boxes) { box.addEventListener('change', () => set(box)); set(box); }
  document.addEventListener('mouseover', (event) => { const e = target(event); if (e) light(e); else clear(); });
  document.addEventListener('focusin', (event) => { const e = target(event); if (e) light(e); });
  document.addEventListener('click', (event) => { const e = target(event); if (e) show(e); });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const box = boxes[Number(event.key) - 1];
    if (box) { box.checked = !box.checked; set(box); }
    else if (event.key === 'n') go(1);
    else if (event.key === 'p') go(-1);
    else if (event.key === 'r' && raw) { raw.open = !raw.open; if (raw.open) raw.scrollIntoView(); }
    else if (event.key === 'Enter' && target(event) && event.target.tagName !== 'BUTTON') show(target(event));
    else return;
    event.preventDefault();
  });
})();
