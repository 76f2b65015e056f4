'use strict';
(() => {
  const rows = [...document.querySelectorAll('tbody tr')];
  const text = document.getElementById('text');
  const choices = [...document.querySelectorAll('select')];
  const count = document.getElementById('count');
  function filter() {
    const wanted = text.value.toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = row.textContent.toLowerCase().includes(wanted)
        && choices.every((c) => !c.value || row.dataset[c.id].split(' ').includes(c.value));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length}`;
  }
  for (const control of [text, ...choices]) control.addEventListener('input', filter);
  filter();
})();
