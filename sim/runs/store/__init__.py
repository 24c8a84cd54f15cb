"""Finished runs on disk: the folder of a result, parts as they finish, a cache of runs by their key,
and who may write."""
