error("no database")
