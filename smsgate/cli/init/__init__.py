"""`smsgate init`: a first settings file.

In reading order: `init` (the command), `answers` (options, variables and a person's answers), `account` (what was
answered for the account), `trial` (the question to the vendor), `settings_text` (the file).
"""
