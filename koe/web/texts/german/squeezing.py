"""Was die Seite „Musik in wenigen Zahlen“ sagt, auf Deutsch."""

SQUEEZING_TITLE = "Musik in wenigen Zahlen"
SQUEEZING_LEAD = (
    "**Für ein Netz ist Musik eine Liste von Nullen und Einsen; wer sie in weniger Zahlen erzählen kann, hat etwas "
    "verstanden.**"
)
SQUEEZING_TEXT = (
    "Für jedes Sechzehntel gibt es 88 Zahlen, eine für jede Taste: 1, wenn sie klingt, 0, wenn nicht. Weil mehrere 1 "
    "sein können, heißt das *many-hot*. Die Studie schreibt es als Text: ein Zeichen für jede Taste, H für das "
    "mittlere C, Tasten, die zusammen klingen, nebeneinander, ein Leerzeichen zwischen zwei Sechzehnteln. Schreib "
    "selbst etwas."
)
TEXT = {
    "lesson": "Musik als Text und als Zahlen",
    "picture": "Was der Text sagt: die Tasten jedes Sechzehntels und die 88 Zahlen dessen, das gerade gelesen wird.",
    "text": "Musik als Text",
    "roll": "Als Rolle",
    "vector": "Dieses Sechzehntel als 88 Zahlen: gefüllt ist 1, alle anderen sind 0",
    "step": "Sechzehntel",
    "keys": "Tasten",
    "rest": "Stille",
    "ones": "Einsen unter allen Zahlen",
    "told": "H ist das mittlere C, I ist Cis, J ist D und so weiter, ein Zeichen für jede Taste.",
    "told-works": "Vier Akkorde in wenigen Zeichen: C, F, G und noch einmal C mit einer Taste mehr obenauf.",
    "told-fails": "So druckt die Studie einen C-Dur-Akkord, und es klingen C, D und E: ein Versehen. Ein Text ohne "
    "Prüfung sagt, was eben dasteht; der Akkord ist HLO.",
    "told-why": "Eine Taste, vier Sechzehntel: Wird sie gehalten oder viermal angeschlagen? Die Zahlen sind "
    "dieselben, also kann es niemand wissen. Many-hot weiß, was klingt, nicht, was angeschlagen wird.",
}
SQUEEZE_TITLE = "Dieselben vier Takte in weniger Zahlen"
SQUEEZE_LEAD = (
    "Deine vier Takte sind 5632 Nullen und Einsen. **PCA** findet die Richtungen, in denen sich Musik am meisten "
    "unterscheidet, und zählt sie zusammen: Eine Zahl mehr ist eine Schicht mehr von einem verschwommenen Bild. "
    "**AE1** biegt seinen Raum, darum sagen seine 16 Zahlen mehr, aber nur gemeinsam: Lässt man die Hälfte weg, "
    "bleibt wenig. **AE3**, von uns selbst, hat 128 und schreibt fast alles wieder; mit wenigen schreibt es auch "
    "Musik, nur andere. Dunkel ist, was stimmt, rot, was erfunden ist, eine blaue Linie, was fehlt."
)
SQUEEZE = {
    "lesson": "Vier Takte in immer weniger Zahlen",
    "picture": "Deine Takte und was jedes Modell aus so vielen Zahlen schreibt, und wie viel davon stimmt.",
    "count": "Behaltene Zahlen",
    **{f"count-{n}": str(n) for n in (1, 2, 4, 8, 16, 32, 64, 128)},
    "ear": "Was man hört",
    "ear-original": "Deine Takte",
    "ear-pca": "PCA",
    "ear-ae1": "AE1",
    "ear-ae3": "AE3",
    "original": "Deine Takte",
    "told_in": "{n} Zahlen, zu {f1} % gleich",
    "likeness": "Ähnlichkeit (F1)",
    "counts": "Zahlen: 1, 2, 4 … 128",
    "told": "Wer weniger Zahlen hat, als du wählst, zeigt alle, die er hat.",
    "told-works": "Mit allen seinen Zahlen tut jedes Modell, was es kann: AE3 mit 128 fast alles, die der Studie mit "
    "16 ungefähr die Hälfte.",
    "told-fails": "Vier Zahlen sind für alle zu wenig. PCA verschmiert Akkorde über die Takte, AE1 traut sich kaum "
    "etwas zu sagen, AE3 schreibt etwas anderes.",
    "told-why": "Sechzehn Zahlen für jedes: Dafür ist AE1 gemacht, und es kann seinen Raum biegen, darum kommt es "
    "meist näher als PCA, das gerade ist. AE3 sagen sechzehn von 128 wenig: Seine Zahlen teilen sich, was sie wissen.",
}
NUMBER_TITLE = "Was eine einzelne Zahl tut"
NUMBER_LEAD = (
    "Das ist jeweils eine der sechzehn Zahlen von PCA. Das erste Bild ist, was sie verschiebt: rote Zellen nach oben, "
    "blaue nach unten. Das andere ist, was PCA aus deinen Takten schreibt, während diese Zahl schwingt und die anderen "
    "bleiben."
)
NUMBER = {
    "lesson": "Eine der Zahlen von PCA",
    "picture": "Was eine der Zahlen von PCA nach oben und unten verschiebt, und was aus deinen Takten wird.",
    "number": "Welche Zahl",
    "amount": "Wo sie steht, in Standardabweichungen",
    "push": "Was sie hebt (rot) und senkt (blau)",
    "made": "Deine Takte, wenn diese Zahl anderswo steht",
    "yours": "In deinen Takten",
    "now": "Jetzt",
    "count": "Klingende Zellen",
    "told": "Die ersten sind Tasten, die zusammen klingen, vier Takte lang; schau, welche.",
    "told-works": "Darin unterscheidet sich Musik am meisten: Rot sind A, D und E, blau Es und B. Eine einzige Zahl "
    "sagt, an welchem Ende des Quintenzirkels ein Stück liegt, und nichts davon, wann was klingt.",
    "told-fails": "Diese ändert sich von Takt zu Takt, aber innerhalb eines Takts tut das keine der sechzehn, oder "
    "kaum. Eine Melodie oder Figur lässt sich mit ihnen also nicht erzählen. Alle zusammen halten ein Achtel dessen "
    "fest, worin Musik sich unterscheidet.",
    "told-why": "PCA zählt nur zusammen: Eine Zahl verschiebt dieselben Zellen, was die anderen auch sagen. Eine "
    "Figur, die überall anfangen darf, bräuchte für jeden Ort eine eigene. Netze biegen ihren Raum; darum kann eine "
    "Zahl etwas anderes bedeuten, wo sich eine andere geändert hat.",
}
SQUEEZE_MORE = "Die Zahlen der Netze unter deinen Händen mit der Landkarte aller Musik, und was zwischen zwei Stücken "
"liegt:"
