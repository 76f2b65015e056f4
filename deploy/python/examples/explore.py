"""A notebook as a script: what is in a day's records.

    copydesk enrich --ndjson --output json < deploy/samples.ndjson > records.ndjson
    python deploy/python/examples/explore.py records.ndjson
"""

# %% [markdown]
# # A day's records
# Records are made by `copydesk enrich`, or taken from the output topic by `copydesk tap --json`.

# %%
import sys

import pandas as pd

from copydesk_records import frames, read

with open(sys.argv[1] if len(sys.argv) > 1 else "records.ndjson", "rb") as lines:
    records = list(read(lines))

# Kills, holds and embargoes are records, too: never publish what is not usable.
usable = [record for record in records if record.status == "usable"]
print(f"{len(records)} records, {len(usable)} of them usable")

# %% [markdown]
# ## Articles

# %%
articles = frames.articles(usable)
with pd.option_context("display.width", 120, "display.max_columns", None, "display.max_colwidth", 40):
    print(articles[["headline", "language.code", "published.value", "entities", "quotes"]].reset_index(drop=True))

# %% [markdown]
# ## Who is spoken of, and who speaks

# %%
entities = frames.entities(usable)
print(entities.groupby(["type", "name"])["mentions"].sum().sort_values(ascending=False).head(10))

# %%
for article in usable:
    for quote in article.quotes:
        print(f"{article.speaker(quote)}: {article.at(quote.content)}")

# %% [markdown]
# ## Money, with its place in the text

# %%
amounts = frames.amounts(usable)
print(amounts[amounts["kind"] == "money"][["article", "text", "value", "currency"]].to_string(index=False))
