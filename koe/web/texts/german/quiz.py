"""Was die Seite mit dem Hörquiz sagt, auf Deutsch."""

QUIZ_TITLE = "Mensch oder Netz?"
QUIZ_LEAD = "**Zehn Ausschnitte, manche von Menschen, manche von Netzen: Hörst du, wer sie geschrieben hat?**"
QUIZ_MORE = (
    "Alle sind gleich lang und gleich laut, ohne Titel, und keiner ist der Anfang eines Stücks; von dem, was die "
    "Netze geschrieben haben, wurde nichts ausgesucht. Ein Stück zu kennen ist nicht geschummelt."
)
QUIZ_NUMBER = "Ausschnitt {number} von {total}"
QUIZ_PERSON = "Das war ein Mensch"
QUIZ_NETWORK = "Das war ein Netz"
QUIZ_RIGHT = "Richtig: Es war {source}."
QUIZ_WRONG = "Nein: Es war {source}."
QUIZ_SOURCE = "{network} (Nr. {seed})"
QUIZ_SCORE = "{right} von {total} richtig"
QUIZ_CHANCE = "Wer eine Münze wirft, hat im Mittel fünf richtig, und acht oder mehr in einer von achtzehn Runden."
QUIZ_ALL = "Alle Runden auf diesem Server"
QUIZ_AXIS = "Richtige von zehn"
QUIZ_HOVER = "%{x} richtig: %{y} Runden<extra></extra>"
QUIZ_SCORES_ALT = "Wie viele Runden mit wie vielen richtigen Antworten endeten; deine ist hervorgehoben"
QUIZ_TABLE = "| von | gehört | für menschlich gehalten | 95-%-Intervall |\n| :-- | --: | --: | --: |\n"
QUIZ_ORIGINS = {"person": "Menschen", "lstm1": "LSTM1", "lstm2": "LSTM2", "tr1": "TR1"}
QUIZ_STORED = "Nur diese Zahlen werden gespeichert: nichts über dich, und nicht, welche Antworten deine waren."
QUIZ_EXPORT = "Die Zahlen als Tabelle (CSV)"
QUIZ_AGAIN = "Noch einmal zehn"
QUIZ_SIGNS_TITLE = "Woran man es hört"
QUIZ_SIGNS = (
    "**LSTM1** verstummt: In 11 % seiner Sechzehntel klingt keine Taste, in echten Stücken in 2 %. Und seine Takte "
    "gleichen einander weniger als die von Menschen: Ihre Ähnlichkeit mit früheren ist 12 %, die echter Stücke 27 %. "
    "Kein Takt kam wieder in allem, was gemessen wurde.\n\n"
    "**LSTM2** verstummt kaum noch (3 %), aber seine Takte sind einander wenig ähnlicher (15 %): Von 3100 Takten "
    "wiederholt einer einen anderen, von echten jeder zwanzigste. Auch schweift es weit, über 61 Halbtöne, echte "
    "Stücke über 53.\n\n"
    "**TR1** bringt Takte so oft wieder wie Menschen, 27 % davon, und etwa so genau. Hör darauf, woher sie kommen und "
    "wie es endet: Neun bis sechzehn Takte schaut es zu oft zurück (6 %, echte Stücke 4 %), und auf dem Akkord des "
    "Grundtons enden 60 % seiner Stücke, von Menschen 74 %. In acht Takten, wie hier, hört man davon wenig.\n\n"
    "Was **Menschen** tun, steht in keiner solchen Zahl: Sie wiederholen mit Absicht, atmen zwischen Phrasen und "
    "brechen ihr eigenes Muster im richtigen Augenblick. Ob etwas abgeschrieben ist, ist eine andere Frage: Jedes "
    "Ergebnis in Koe hat einen Knopf, der es in aller Musik sucht, aus der die Netze gelernt haben.\n\n"
    "Die Ausschnitte dieses Quiz, Mittelwerte mit 95-%-Intervallen:"
)
QUIZ_SIGN_NAMES = {
    "silence": "stille Sechzehntel",
    "self_similarity": "Ähnlichkeit von Takten mit früheren",
    "scale_consistency": "Noten innerhalb einer Tonleiter",
    "pitch_range": "Umfang in Halbtönen",
}
QUIZ_SIGNS_SOURCE = (
    "Die Zahlen über der Tabelle sind von längerer Musik neben echten Stücken aus dem Testteil: LSTM1 und LSTM2, je "
    "100 Fortsetzungen von 32 Takten (`koe evaluate`, auf der Seite Modelle); TR1, 100 Stücke von 64 Takten (`koe "
    "benchmark composing --model tr1 --parts whole`). Die Ausschnitte sind wenige, ihre Intervalle also breit."
)
