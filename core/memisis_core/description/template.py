"""A small specification to begin from, with every kind of statement in it."""

TEMPLATE = """\
# A Memisis specification: a table described without a row of it. Change it to what you need.
# Draw from it with: memisis describe --spec THIS_FILE --rows 500 --out patients.csv
#
# A bare number is one that you wrote. One with a source says who says it:
#   mean = { value = 72.0, source = "literature", reference = "smith2020" }
# The sources are said, model, person, literature, default, schema and sample (of real rows).

title = "Example clinic"
keywords = ["example"]
rows = 500
origin = "Template; its numbers mean nothing"

[study]
name = "Example study"
database = "Example register"
summary = "What was studied, and how"
population = "Who was included: age, condition, setting"

[references]
smith2020 = "Author, title, journal, year, doi"

[[variables]]
name = "age"
description = "Age at the first visit"
type = "integer"            # integer, number, category, ordinal, boolean or date
unit = "years"
low = 40.0                  # smallest and greatest value that is possible
high = 95.0
mean = 70.0                 # what you do not know, leave out
sd = 9.0

[[variables]]
name = "sex"
type = "category"
categories = [
    { code = "F", label = "female", share = 0.55 },
    { code = "M", label = "male", share = 0.45 },
]

[[variables]]
name = "stage"
type = "ordinal"            # its codes stand in order
categories = [{ code = 1, share = 0.5 }, { code = 2, share = 0.3 }, { code = 3, share = 0.2 }]

[[variables]]
name = "biomarker"
type = "number"
decimals = 1
low = 0.0
high = 200.0
sd = 20.0
skew = 0.8
missing = 0.1               # share of missing values

[[relations]]
between = ["age", "stage"]
words = "Older patients come at later stages"
rho = 0.3                   # rank correlation; or direction = "positive", strength = "moderate"

[[groups]]                  # mean of a variable in each category of another
variable = "biomarker"
by = "sex"
means = { F = 60.0, M = 75.0 }

# [[rules]]                 # what every row keeps: inequality, range, fixed_combinations,
# kind = "inequality"       # fixed_increments, one_hot or sum
# columns = ["onset", "age"]
"""
