"""What the sample's blogs write about: topics, sentences and whole posts."""
# ruff: noqa: RUF001 - texts are as long, and in the letters, that they are

TOPICS: dict[str, tuple[str, ...]] = {
    "bread": ("the sourdough starter", "a rye loaf", "the second rise", "wholemeal flour", "the crust"),
    "gardening": (
        "the compost heap",
        "a row of broad beans",
        "the slugs",
        "the greenhouse",
        "pruning the apple tree",
    ),
    "cycling": (
        "the rear derailleur",
        "a borrowed gravel bike",
        "the old canal path",
        "the headwind",
        "tubeless tyres",
    ),
    "astronomy": (
        "the 8-inch Dobsonian",
        "Saturn's rings",
        "the Perseids",
        "a moonless night",
        "the star atlas",
    ),
    "python": (
        "type hints",
        "the asyncio event loop",
        "a 20-line script",
        "the test suite",
        "structural pattern matching",
    ),
    "databases": (
        "the missing index",
        "a composite key",
        "NULL",
        "the nightly backup",
        "a long-running migration",
    ),
    "typography": ("the lowercase g", "an old Garamond", "line length", "the em dash", "hanging punctuation"),
    "birds": (
        "the pair of goldcrests",
        "the dawn chorus",
        "a kingfisher",
        "the feeder",
        "my second-hand binoculars",
    ),
    "tea": ("a smoky Lapsang", "the gaiwan", "water at 80 °C", "the first flush", "my grandmother's teapot"),
    "chess": (
        "the Caro-Kann",
        "rook endings",
        "the club tournament",
        "a quiet positional sacrifice",
        "blitz at midnight",
    ),
    "knitting": ("the heel turn", "a Fair Isle yoke", "the dropped stitch", "undyed wool", "blocking"),
    "maps": (
        "the 1:25,000 sheet",
        "the coordinate system",
        "contour lines",
        "a hand-drawn map",
        "the Mercator projection",
    ),
    "radio": (
        "the long wire antenna",
        "a number station",
        "the 40-metre band",
        "the solder joint",
        "the shipping forecast",
    ),
    "coffee": (
        "the hand grinder",
        "a washed Ethiopian",
        "the pour-over",
        "the espresso machine",
        "decaf after lunch",
    ),
    "hiking": ("the ridge walk", "the bothy", "a 9 kg pack", "wet socks", "the last bus down the valley"),
    "music": (
        "the nylon-string guitar",
        "a Bach invention",
        "the metronome",
        "the community choir",
        "open tuning",
    ),
    "woodwork": ("the dovetail joint", "a blunt chisel", "the workbench", "reclaimed oak", "linseed oil"),
    "photography": (
        "the 50 mm lens",
        "expired film",
        "the darkroom",
        "golden hour",
        "a light meter from 1962",
    ),
    "languages": (
        "the subjunctive",
        "my flashcards",
        "the tones in Cantonese",
        "reading a newspaper",
        "Turkish vowel harmony",
    ),
    "books": (
        "the reading list",
        "a second-hand Calvino",
        "the last chapter",
        "the library card",
        "reading aloud",
    ),
}
"""Tags with what posts about them talk of."""

EXTRA_TAGS = (
    "how-to",
    "notes",
    "question",
    "review",
    "beginners",
    "long-read",
    "series",
    "links",
    "travel",
    "family",
    "repair",
    "budget",
    "winter",
    "summer",
    "mistakes",
    "tools",
    "history",
    "science",
    "community",
    "off-topic",
)
"""Tags that go with any topic."""

DESCRIPTIONS = (
    "Everything about {tag}, from first steps to strong opinions.",
    "Posts about {tag}. Be kind.",
    "For {tag}; please add a second tag where one fits.",
    None,
    "{tag} – see also the reading list pinned in the forum.",
)
"""What tags say about themselves; {tag} is its name."""

TITLES = (
    "On {thing}",
    "What {thing} taught me",
    "A year with {thing}",
    "Why I stopped worrying about {thing}",
    "{thing}, and other small victories",
    "Is it just me, or is it {thing}?",
    "Field notes: {thing}",
    'The trouble with "{thing}"',
    "Nobody asked, but: {thing}",
    "Three mistakes with {thing} (so far)",
    "Re: {thing}",
    "{place}, {season}: {thing} 🎉",
    "Everything I know about {thing} in {number} minutes",
    "Update {number}: {thing}",
)
"""Titles; {thing} is one of a topic's."""

SENTENCES = (
    "I finally gave {thing} another try this {season}.",
    "Nobody tells you that {thing} takes twice as long as the books say.",
    "My neighbour in {place} swears by {thing}, and I used to laugh about it.",
    "It took me {number} attempts to understand {thing}.",
    "If you only change one thing, let it be {thing}.",
    "There is a lot of bad advice about {thing}, some of it mine.",
    "The {season} was wet, so there was plenty of time for {thing}.",
    "I keep a notebook, and page {number} is nothing but {thing}.",
    "Somebody in the comments asked about {thing}; here is the long answer.",
    "The short version: {thing} is worth it.",
    'My daughter calls {thing} "Dad\'s other child".',
    "We drove to {place} and talked about {thing} the whole way.",
    "It cost me €{number}, which is €{number} more than I had planned.",
    "I was wrong about {thing} in my last post, and I'd like to say so.",
    "After {number} days nothing had happened, and then everything did.",
    "You don't need expensive gear; you need patience and {thing}.",
    "A friend from {place} sent photographs, and I have been envious since.",
    "Most of what I know about {thing} I learnt by breaking it.",
    "There's a club in {place} that meets on Thursdays; newcomers get cake.",
    "I measured it {number} times: the difference is about {number} %.",
    "Half of it is {thing}, the other half is showing up.",
    "This {season} I want to do less, and do it properly.",
    "What surprised me most was how quiet it is.",
    "Please don't write to tell me that it's 'only' {thing}.",
    "I'll write a follow-up once {thing} has settled.",
    "It is not perfect, but it is mine.",
    'The old man at the market in {place} shook his head and said: "Not before the frost."',
    "So that was that.",
    "Remember to label everything; future you has no idea.",
    "I have read {number} articles about {thing}, and no two of them agree.",
)
"""Sentences of posts in English."""

LISTS = (
    "- patience\n- {thing}\n- a pencil\n- {number} minutes of quiet",
    "1. Start small.\n2. Look at {thing}.\n3. Go back to 1.",
    "What\tCost\nmaterials\t{number} €\ntravel to {place}\t{number} €",
    "> {thing}\n> is all you need\n\n(no, it isn't)",
    "[red]Careful:[/red] {thing} gets hot. See [1], [link=https://example.org/{number}]this[/link] and [/].",
    "SELECT * FROM notes WHERE about = '{thing}' AND stars >= {number}; -- don't ask\\n",
    'if x[0] < {number} and "{thing}" not in seen:\n    seen.append("{thing}")\n',
)
"""Blocks that are no running text."""

PLACES = (
    "Leeds",
    "Lyon",
    "Kraków",
    "Porto",
    "Bergen",
    "Kyoto",
    "Oaxaca",
    "Tartu",
    "Galway",
    "Hanoi",
    "Accra",
    "İzmir",
    "Ljubljana",
    "台南",
    "Reykjavík",
)

SEASONS = ("spring", "summer", "autumn", "winter")

FOREIGN: tuple[tuple[str, str], ...] = (
    (
        "今天的面包",
        "今天早上五点起床，第一次用天然酵母烤面包。外皮很脆，里面还有一点湿。下次要多等半个小时。",
    ),
    (
        "雨の日の散歩",
        "朝から雨だったけれど、傘をさして川まで歩いた。カワセミを二羽見た。帰ってから熱いほうじ茶を飲んだ。",
    ),
    (
        "주말 등산 일기",
        "토요일에 북한산에 다녀왔다. 정상에는 바람이 많이 불었지만 하늘이 맑아서 한강까지 보였다. 🏔️",
    ),
    (
        "قهوة الصباح",
        "أحب القهوة مع الهيل في الصباح الباكر، قبل أن تستيقظ المدينة. جدتي كانت تقول: القهوة للصابرين.",
    ),
    ("על השולחן החדש", "בניתי שולחן מעץ אלון ממוחזר. הרגל הרביעית קצרה בשני מילימטרים, וככה זה יישאר."),
    (
        "О старых картах",
        "Нашёл на чердаке карту 1938 года. Половины деревень уже нет, а река течёт по-прежнему.",
    ),
    ("Про вишневий сад", "Навесні зацвіло все одразу. Бджоли гудуть так, що не чути радіо."),
    (
        "Der Balkon im März",
        "Die Tomaten stehen schon am Fenster. Übrigens: Süße Früchte brauchen keine Größe.",
    ),
    (
        "Le pain de seigle",
        "J'ai raté trois fois la croûte. « Patience », disait ma grand-mère – elle savait, hélas.",
    ),
    (
        "El año de las setas",
        "¿Quién dijo que en noviembre no hay nada? Volvimos con dos cestas y los pies mojados. ¡Qué día!",
    ),
    ("Saudade do forno a lenha", "Não há coração que resista ao cheiro do pão às seis da manhã."),
    ("चाय और बारिश", "बारिश शुरू होते ही अदरक वाली चाय बनती है। नियम यही है।"),
    ("Ο γλάρος της βεράντας", "Κάθε πρωί στις επτά έρχεται ο ίδιος γλάρος και ζητάει ψωμί."),
    ("ชาเย็นกับแมว", "แมวนอนทับแผนที่อีกแล้ว วันนี้เลยไม่ได้ไปไหน"),
    ("Küçük bir İstanbul notu", "Vapur, çay, simit; ığıl ığıl akan bir gün."),
)
"""Short posts in other languages."""

ODD: tuple[tuple[str, str | None], ...] = (
    ("Robert'); DROP TABLE posts;--", 'He goes by Bobby. It\'s fine. We have "backups".'),
    ("[b]Not bold[/b]", "[red]This is not red[/red], [not a tag], [[double]], \\[escaped], [/]"),
    (
        "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 e\u0301 = é",
        "Families, skin tones, flags 🇯🇵🇧🇷 and combining marks: Z\u0351\u036ba\u030al\u0324go\u0323.",
    ),
    ("   leading and trailing blanks   ", "  keep   them  "),
    ("A title of exactly two hundred characters " + "and it goes on " * 10 + "ends.777", "It fits."),
    ("Tabs\tand a bell", "one\ttwo\tthree\r\nfour\x07 \x1b[31mno colour please\x1b[0m"),
    ("NULL", "NULL"),
    (
        "<script>alert('hello')</script>",
        "&lt;b&gt; 100 % _underscore_ *stars* `ticks` $HOME {braces} ~tilde~",
    ),
    ("-1", "0.1 + 0.2 = 0.30000000000000004"),
    ("The empty post", ""),
    ("The post that was never written", None),
    ("ﷺ ﷽ ꧅ ⸻", "wide ones: ＡＢＣ ｱｲｳ 한글 𠜎 𝔘𝔫𝔦𝔠𝔬𝔡𝔢"),
)
"""Posts that a program which shows data must survive."""
