"""Triggers that write something else than they were given."""


def lowering(url: str, table: str, column: str) -> tuple[str, ...]:
    """Whatever text is written into a column is stored in small letters."""
    return changing(url, table, column, f"lower(NEW.{column})")


def changing(url: str, table: str, column: str, to: str) -> tuple[str, ...]:
    """Whatever is written into a column, something else is stored."""
    if url.startswith("sqlite"):
        body = f"BEGIN UPDATE {table} SET {column} = {to} WHERE id = NEW.id; END"
        return tuple(
            f"CREATE TRIGGER {table}_{when} AFTER {when} ON {table} {body}" for when in ("INSERT", "UPDATE")
        )
    if url.startswith("mysql"):
        return tuple(
            f"CREATE TRIGGER {table}_{when} BEFORE {when} ON {table} FOR EACH ROW SET NEW.{column} = {to}"
            for when in ("INSERT", "UPDATE")
        )
    return (
        f"CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN NEW.{column} := {to}; RETURN NEW; END$$",
        f"CREATE TRIGGER changing BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION change()",
    )
