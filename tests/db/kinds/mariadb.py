"""MariaDB: its own types, each with the odd values that the server takes when it is not strict."""

from tests.db.kinds.kind import Kinds

NUMBERS = (
    Kinds("tinyint", ("-128", "0", "127")),
    Kinds("tinyint(1)", ("0", "1", "2")),
    Kinds("smallint unsigned", ("0", "65535")),
    Kinds("mediumint", ("-8388608", "0")),
    Kinds("int(6) unsigned zerofill", ("42", "4294967295")),
    Kinds("bigint", ("-9223372036854775808", "9007199254740993", "9223372036854775807")),
    Kinds("bigint unsigned", ("9007199254740993", "18446744073709551615")),
    Kinds("decimal(10,2)", ("-12.30", "0", "99999999.99")),
    Kinds(
        "decimal(65,30)",
        (
            "12345678901234567890123456789012345.123456789012345678901234567891",
            "12345678901234567890123456789012345.123456789012345678901234567892",
        ),
    ),
    Kinds("float", ("0.1", "16777216", "16777215", "3.4e38", "1e-45", "0")),
    Kinds("double", ("0.1e0 + 0.2e0", "0.3e0", "1.7976931348623157e308", "5e-324", "0")),
    Kinds("bit(1)", ("b'0'", "b'1'")),
    Kinds("bit(10)", ("b'101'", "b'0'")),
    Kinds("bit(64)", ("b'" + "1" * 64 + "'", "b'" + "1" * 63 + "'")),
)
TIMES = (
    Kinds("year", ("0", "1901", "2155")),
    Kinds("date", ("'0000-00-00'", "'2025-00-00'", "'2025-02-31'", "'9999-12-31'")),
    Kinds("datetime", ("'0000-00-00 00:00:00'", "'2025-02-31 10:11:12'")),
    Kinds("datetime(6)", ("'2025-02-03 10:11:12.123456'", "'2025-02-03 10:11:12.123457'")),
    Kinds("datetime(3)", ("'0001-01-01 00:00:00.001'",)),
    Kinds("timestamp(6) NULL", ("'2038-01-19 03:14:07.999999'", "'1970-01-01 00:00:01'")),
    Kinds("timestamp NULL", ("'0000-00-00 00:00:00'", "'2025-02-03 10:11:12'")),
    Kinds("time", ("'838:59:59'", "'-838:59:59'", "'00:00:00'")),
    Kinds("time(6)", ("'-12:30:00.000001'", "'-12:30:00'")),
)
TEXTS = (
    Kinds("char(5)", ("'ab'", "''", "'AB'")),
    Kinds("varchar(9)", ("'ab'", "'ab  '", "''", "'AB'")),
    Kinds("varchar(9) CHARACTER SET latin1", ("'é €  '", "'e'", "'É'")),
    Kinds("varchar(9) COLLATE utf8mb4_general_ci", ("'Straße'", "'strasse'", "'STRAßE '", "'é'", "'e'")),
    Kinds("varchar(40)", ("'it''s \"q\" \\ %s :g [/]'", "'NULL'")),
    Kinds(
        "text",
        (
            "''",
            "'NULL'",
            "' '",
            "concat('a', char(0), 'b', char(10), char(27), char(26))",
            "repeat('ü', 300)",
        ),
        is_key=False,
    ),
    Kinds("mediumtext", ("'😀 日本 ü'", "repeat('ü', 1000)"), is_key=False),
    Kinds("longtext", ("repeat('long ', 200)", "repeat('long ', 201)"), is_key=False),
    Kinds("enum('b','a','it''s')", ("'it''s'", "'a'", "'b'")),
    Kinds("enum('','x')", ("''", "'x'")),
    Kinds("set('x','y','z')", ("'z,x'", "''", "'y'")),
    Kinds("json", ('\'{"a": 1.10, "a":  2}\'', "'null'", "'\"\"'"), is_key=False),
)
BYTES = (
    Kinds("binary(4)", ("x'00ff'", "x''")),
    Kinds("varbinary(9)", ("x'00ff5c27'", "x'00'", "x''", "x'20'")),
    Kinds("blob", ("x''", "x'3132'", "repeat(x'00', 1000)"), is_key=False),
    Kinds("longblob", ("repeat(x'00ff80', 200)",), is_key=False),
    Kinds(
        "geometry",
        ("ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(1 2)')"),
        is_key=False,
    ),
    Kinds("polygon", ("ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')",), is_key=False),
    Kinds("uuid", ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'")),
    Kinds("inet6", ("'2001:db8::1'", "'::ffff:192.168.0.1'")),
    Kinds("inet4", ("'192.168.0.1'",)),
)

FAMILIES: dict[str, tuple[Kinds, ...]] = {
    "numbers": NUMBERS,
    "times": TIMES,
    "texts": TEXTS,
    "bytes": BYTES,
}

FIRST: tuple[str, ...] = ()

EXACT = "concat_ws(' ', hex(CAST({0} AS binary)), hex(COLUMN_CREATE('v', {0})))"
"""The text form has few digits of a FLOAT, the packed form has all that its type knows."""
