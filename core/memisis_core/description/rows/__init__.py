"""Row mode: a language model writes patients from a specification, each checked before it counts.

After Tornqvist et al., arXiv 2412.05153. Imports nothing heavy.
"""
