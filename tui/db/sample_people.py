"""Names of many cultures, for the users of the sample."""
# ruff: noqa: RUF001 - names are as long, and in the letters, that they are

from typing import TypeAlias

Name: TypeAlias = tuple[str, str]
"""As typed on a plain keyboard, and as written at home."""


def _plain(words: str) -> tuple[Name, ...]:
    return tuple((word.lower(), word) for word in words.split())


def _pairs(words: str) -> tuple[Name, ...]:
    latin, native = words.split()[::2], words.split()[1::2]
    return tuple(zip(latin, native, strict=True))


CULTURES: tuple[tuple[tuple[Name, ...], tuple[Name, ...]], ...] = (
    (
        _plain("Amy Ben Carol Dan Ella Frank Grace Henry Isla Jack Kate Liam Mia Noah Olive Paul Quinn Ruth"),
        _plain(
            "Adams Baker Carter Davies Ellis Foster Green Hughes Irving Jones Knight Lloyd Mason Owens Price"
        ),
    ),
    (
        _plain("Anna Bernd Clara Dieter Emma Felix Greta Hannes Ida Jonas Karla Lukas Mona Nils"),
        _pairs(
            "mueller Müller weiss Weiß jaeger Jäger koenig König schroeder Schröder vogel Vogel brandt Brandt"
        ),
    ),
    (
        _pairs("lea Léa chloe Chloé rene René zoe Zoé francois François anais Anaïs luc Luc eloise Éloïse"),
        _pairs("bezier Bézier lefevre Lefèvre dupre Dupré garcon Garçon noel Noël petit Petit moreau Moreau"),
    ),
    (
        _pairs(
            "jose José maria María inigo Íñigo lucia Lucía andres Andrés sofia Sofía raul Raúl nuria Núria"
        ),
        _pairs("nunez Núñez garcia García pena Peña lopez López ibanez Ibáñez vazquez Vázquez ortiz Ortiz"),
    ),
    (
        _pairs("joao João vitoria Vitória caua Cauã lais Laís tome Tomé beatriz Beatriz davi Davi"),
        _pairs("goncalves Gonçalves simoes Simões araujo Araújo conceicao Conceição lima Lima rocha Rocha"),
    ),
    (
        _pairs("asa Åsa bjorn Björn soren Søren aino Äino oystein Øystein thorunn Þórunn freja Freja"),
        _pairs("lindstrom Lindström ostergard Østergård hakkinen Häkkinen aegir Ægir berg Berg dahl Dahl"),
    ),
    (
        _pairs("lukasz Łukasz zofia Zofia stanislaw Stanisław jiri Jiří zdenek Zdeněk ondrej Ondřej ewa Ewa"),
        _pairs("wisniewska Wiśniewska dvorak Dvořák novak Novák zajac Zając cerny Černý kral Král"),
    ),
    (
        _pairs("olena Олена dmitry Дмитрий yulia Юлия taras Тарас vera Вера boris Борис sofiya Софія"),
        _pairs("shevchenko Шевченко orlova Орлова petrov Петров kovalenko Коваленко volkov Волков"),
    ),
    (
        _pairs("eleni Ελένη nikos Νίκος danae Δανάη yorgos Γιώργος thalia Θάλεια petros Πέτρος"),
        _pairs("pappas Παππάς vlachos Βλάχος economou Οικονόμου galanis Γαλάνης"),
    ),
    (
        _pairs("mohammed محمد fatima فاطمة layla ليلى omar عمر yusuf يوسف maryam مريم khalid خالد"),
        _pairs("ali علي hassan حسن haddad حداد mansour منصور nasser ناصر khoury خوري"),
    ),
    (
        _pairs("noam נועם tamar תמר yael יעל eitan איתן shira שירה"),
        _pairs("cohen כהן levi לוי mizrahi מזרחי peretz פרץ"),
    ),
    (
        _pairs("priya प्रिया arjun अर्जुन kavya काव्या rohan रोहन meera मीरा vikram विक्रम"),
        _pairs("sharma शर्मा patel पटेल iyer अय्यर gupta गुप्ता singh सिंह rao राव"),
    ),
    (
        _pairs("fang 芳 wei 伟 xiaoming 小明 meiling 美玲 jun 军 yuhan 雨涵 zihan 子涵 hao 浩"),
        _pairs("wang 王 li 李 zhang 张 chen 陈 liu 刘 ouyang 欧阳 zhao 赵 sima 司马"),
    ),
    (
        _pairs("sakura さくら haruto 陽翔 yui 結衣 kenji 健二 aoi 葵 ren 蓮 takumi 拓海"),
        _pairs("sato 佐藤 suzuki 鈴木 takahashi 高橋 tanaka 田中 watanabe 渡辺 ito 伊藤"),
    ),
    (
        _pairs("minjun 민준 seoyeon 서연 jiho 지호 hayun 하윤 dohyun 도현 sua 수아"),
        _pairs("kim 김 lee 이 park 박 choi 최 jung 정 namgung 남궁"),
    ),
    (
        _pairs("linh Linh duc Đức nguyet Nguyệt hung Hùng thuy Thủy"),
        _pairs("nguyen Nguyễn tran Trần le Lê pham Phạm dang Đặng"),
    ),
    (
        _plain("Amara Chidi Kwame Ngozi Tunde Zuri Abena Jabari Thandi"),
        _pairs("okafor Ọkáfọ̀ mensah Mensah adeyemi Adéyẹmí dlamini Dlamini mwangi Mwangi"),
    ),
    (
        _pairs("somchai สมชาย malee มาลี anong อนงค์ niran นิรันดร์"),
        _pairs("saetang แซ่ตั้ง srisuk ศรีสุข boonmee บุญมี"),
    ),
    (
        _pairs("ayse Ayşe cagla Çağla ilker İlker gokhan Gökhan sule Şule"),
        _pairs("yildiz Yıldız ozturk Öztürk cinar Çınar demir Demir"),
    ),
)
"""Given names and family names."""

NICKNAMES = (
    "night_owl",
    "🦉owl",
    "tea.and.rain",
    "☕️tea",
    "bike-mechanic",
    "🚲",
    "moss_and_stone",
    "🌿moss",
    "paperboat",
    "⛵paperboat",
    "inkwell",
    "Zoë",
    "👩\u200d🚀ada",
    "slow.reader",
    "q",
    "x_x",
    "_anon_",
    "o'hara",
    "d'Artagnan",
    "100%wool",
    "NULL",
    "null",
    "admin",
    "root",
    "[red]",
    "[b]old[/b]",
    "7even",
    "O'Neil",
)
"""Names that people give themselves, each taken once."""
