"""Invented children for a training database: what they tell, and how they answer. Nobody here exists."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.channel import Outbound
from nlu.interpretation import Language

_ARY, _LATN, _AR, _FR = Language
_PLATFORMS = ("facebook", "instagram", "whatsapp", "tiktok", "snapchat", "messenger")
_STORIES: tuple[dict[Language, str], ...] = (
    {
        _ARY: "واحد كيهددني ف {platform}، عندي {age} عام وخايفة بزاف",
        _LATN: "wa7d kayhddedni f {platform}, 3ndi {age} 3am w khayfa bzaf",
        _AR: "شخص يهددني على {platform}، عمري {age} سنة وأنا خائفة",
        _FR: "Quelqu'un me menace sur {platform}, j'ai {age} ans et j'ai peur",
    },
    {
        _ARY: "كيضحكو عليا ف {platform} ف الكروب ديال القسم، عندي {age} عام",
        _LATN: "kaydahko 3lia f {platform} f groupe dyal l9ism, 3ndi {age} 3am",
        _AR: "يسخرون مني على {platform} في مجموعة القسم، عمري {age} سنة",
        _FR: "On se moque de moi sur {platform} dans le groupe de la classe, j'ai {age} ans",
    },
    {
        _ARY: "تسرق ليا الكونط ديال {platform} وكيهضرو بسميتي، عندي {age} عام",
        _LATN: "tsre9 lia compte dyal {platform} w kayhdro b smiti, 3ndi {age} 3am",
        _AR: "تم اختراق حسابي على {platform} ويكتبون باسمي، عمري {age} سنة",
        _FR: "On a piraté mon compte {platform} et on écrit en mon nom, j'ai {age} ans",
    },
    {
        _ARY: "كيسبوني ف {platform} كل نهار، عندي {age} عام",
        _LATN: "kaysebouni f {platform} kol nhar, 3ndi {age} 3am",
        _AR: "يشتمونني على {platform} كل يوم، عمري {age} سنة",
        _FR: "On m'insulte sur {platform} tous les jours, j'ai {age} ans",
    },
    {
        _ARY: "واحد بغا الفلوس وإلا ينشر تصاوري ف {platform}، عندي {age} عام",
        _LATN: "wa7d bgha lflous wla ynchr tsawri f {platform}, 3ndi {age} 3am",
        _AR: "شخص يبتزني ويريد المال وإلا نشر صوري على {platform}، عمري {age} سنة",
        _FR: "Quelqu'un veut de l'argent sinon il publie mes photos sur {platform}, j'ai {age} ans",
    },
)
_DESPAIR = {_ARY: "بغيت نموت", _LATN: "bghit nmout", _AR: "أريد أن أموت", _FR: "j'ai envie de mourir"}
_TIRED = {_ARY: "عييت من هادشي", _LATN: "3yit mn hadchi", _AR: "تعبت من هذا", _FR: "J'en ai assez de tout ça"}
_THANKS = {_ARY: "شكرا بزاف", _LATN: "chokran bzaf", _AR: "شكرا جزيلا", _FR: "Merci beaucoup"}
_WITHDRAW = {
    _ARY: "بغيت نسحب الشكاية", _LATN: "bghit ns7eb chikaya", _AR: "أريد سحب الشكاية",
    _FR: "Je veux retirer mon signalement",
}  # fmt: skip
_REPLIES = {
    _ARY: "السلام، أنا معاك. قريت كلشي، وغادي نشوفو مزيان شنو نديرو.",
    _LATN: "Salam, ana m3ak. 9rit kolchi, w ghadi nchoufo mzyan chno ndiro.",
    _AR: "مرحبا، أنا معك. قرأت كل شيء، وسنرى معا ما يمكن فعله.",
    _FR: "Bonjour, je suis avec toi. J'ai tout lu, on va voir ensemble quoi faire.",
}
_TOWNS = ("Fès", "Tanger", "Agadir", "Oujda", "Rabat", "Marrakech")
_YES = {
    "consent": 0.9, "anonymous": 0.8, "accompaniment": 0.5, "safety": 0.9, "trusted_adult": 0.5, "family_knows": 0.4,
    "recontact": 0.5, "summary": 1.0,
}  # fmt: skip
"""How many of them answer yes, by what is asked."""


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented child.

    Args:
        dice: what it is made of, and answers by.
        language: what it writes.
        channel: what it writes by.
        address: where its phone is; nothing is ever sent there.
    """

    dice: random.Random
    language: Language
    channel: str
    address: str
    leaves: float
    """How likely it is to fall silent before each answer."""

    @classmethod
    def drawn(cls, dice: random.Random, number: int) -> "Invented":
        """A child by the dice."""
        own = random.Random(dice.random())  # noqa: S311  # no secret: the same seed must invent the same
        language = own.choices(tuple(Language), (5, 3, 1, 2))[0]
        channel = own.choices(("whatsapp", "telegram", "simulator"), (6, 3, 1))[0]
        return cls(own, language, channel, f"demo-{number}", own.choice((0.0, 0.0, 0.02, 0.08)))

    def opening(self) -> str:
        """What it writes first."""
        platform, age = self.dice.choice(_PLATFORMS), self.dice.randint(10, 17)
        story = self.dice.choice(_STORIES)[self.language].format(platform=platform, age=age)
        return f"{story}. {_DESPAIR[self.language]}" if self.dice.random() < 0.06 else story

    def silent(self) -> bool:
        """Whether it writes no more."""
        return self.dice.random() < self.leaves

    def answer(self, asked: Outbound) -> tuple[str, str | None]:
        """Its answer to a question: a text, or the id of a button."""
        slot, ids = asked.expects or "", [choice for choice, _ in asked.choices]
        if slot == "age":
            return str(self.dice.randint(10, 17)), None
        if slot == "city" and self.dice.random() < 0.7:
            return self.dice.choice(_TOWNS), None
        if slot in _YES:
            wanted = "yes" if self.dice.random() < _YES[slot] else "no"
            ids = [choice for choice in ids if choice.endswith(f".{wanted}")] or ids
        elif slot == "reporter":
            ids = [choice for choice in ids if choice.endswith(".self")] or ids
        return (_TIRED[self.language], None) if not ids else ("", self.dice.choice(ids))

    def says(self, what: str) -> str:
        """A sentence of its own: ``thanks`` or ``withdraw``."""
        return {"thanks": _THANKS, "withdraw": _WITHDRAW}[what][self.language]

    def told(self) -> str:
        """What a counsellor writes to it."""
        return _REPLIES[self.language]

    def faces(self, asked: Sequence[Outbound]) -> str | None:
        """How it found the chat, where it is asked and answers."""
        offered = [choice for out in asked for choice, _ in out.choices if choice.startswith("feedback.")]
        if not offered or self.dice.random() < 0.4:
            return None
        return self.dice.choices(offered, range(1, len(offered) + 1))[0]
