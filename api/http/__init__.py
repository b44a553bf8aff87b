"""What every route shares: problems, strict JSON, pages, versions, answers given once."""
