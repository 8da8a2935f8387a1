"""Chinese spelt by ear: initial, syllable, and a word that tells a character from others that sound alike.

``spoken.txt`` has every character of ``characters.txt`` that has a reading, by syllable, the usual ones first; how it
was made stands in ``scripts/spoken-characters``. It is read when a character is first asked for. Which ones were asked
for is not remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kiosk.characters import parts_of
from kiosk.text import Text, same

_FILE = Path(__file__).with_name("spoken.txt")

# The initials in the order in which they are learnt, then the letters with which a syllable begins that has none; each
# with the name that the scheme of pinyin gives it, which a Chinese voice says right.
INITIALS: Mapping[str, Text] = {
    letters: Text(zh=name, en=letters)
    for letters, name in (
        pair.split(":")
        for pair in (
            "b:玻 p:坡 m:摸 f:佛 d:得 t:特 n:讷 l:勒 g:哥 k:科 h:喝 j:基 q:欺 x:希 "
            "zh:知 ch:蚩 sh:诗 r:日 z:资 c:雌 s:思 y:衣 w:乌 a:啊 o:喔 e:鹅"
        ).split()
    )
}

# How radicals are called that no voice reads by themselves.
_CALLED = dict(
    pair.split(":")
    for pair in (
        "亻:单人旁 刂:立刀旁 忄:竖心旁 扌:提手旁 攵:反文旁 氵:三点水 灬:四点底 爫:爪字头 "
        "犭:反犬旁 礻:示字旁 罒:四字头 艹:草字头 衤:衣字旁 辶:走之底 左阝:左耳旁 右阝:右耳旁 "
        "丬:将字旁 纟:绞丝旁 讠:言字旁 钅:金字旁 饣:食字旁 宀:宝盖头 冖:秃宝盖 冫:两点水 "
        "疒:病字旁 彡:三撇 囗:国字框 勹:包字头 匚:区字框 匸:区字框 凵:凶字框 虍:虎字头 "
        "廴:建之底 彳:双人旁 夂:折文旁 夊:折文旁 丶:点 丨:竖 丿:撇 亅:竖钩 "
        "亠:点横头 卩:单耳旁 冂:同字框 癶:登字头 髟:长发头"
    ).split()
)


def initial_of(syllable: str) -> str:
    """What a syllable begins with."""
    return syllable[:2] if syllable[:2] in INITIALS else syllable[0]


def syllables_of(initial: str) -> tuple[str, ...]:
    """The syllables that begin with it, in plain letters, ü as v, by alphabet."""
    return tuple(letters for letters in _table() if initial_of(letters) == initial)


def sound_of(syllable: str) -> Text:
    """What a voice says for the syllable. Raises KeyError where nothing is read so."""
    return Text(zh=_table()[syllable].split(" ", 1)[0], en=syllable)


def sounds() -> tuple[Text, ...]:
    """What is said for every syllable."""
    return tuple(map(sound_of, _table()))


def characters_of(syllable: str) -> tuple[tuple[str, str], ...]:
    """What is read so, the usual ones first: each with what tells it apart. Raises KeyError where nothing is."""
    _, *found = _table()[syllable].split(" ")
    return tuple((one[0], one[1:]) for one in found)


def told(character: str, by: str) -> Text:
    """How it is told from others that sound alike: 明，明天的明, or 张，弓长张, or 䶮，部首是龙，另外 4 画."""
    if not by:
        radical, strokes = parts_of(character)
        return same(f"{character}，部首是{_CALLED.get(radical, radical)}，另外 {strokes} 画")
    return same(f"{character}，{by}{'的' if character in by else ''}{character}")


def way_to(character: str) -> tuple[str, str]:
    """The initial and the syllable under which a character is found soonest. Raises KeyError where none leads there."""
    ways = [
        (line.count(" ", 0, line.index(f" {character}")), letters)
        for letters, line in _table().items()
        if f" {character}" in line
    ]
    if not ways:
        raise KeyError(character)
    _, syllable = min(ways)
    return initial_of(syllable), syllable


@cache
def _table() -> Mapping[str, str]:
    """What stands behind each syllable: its sound, then its characters."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))
