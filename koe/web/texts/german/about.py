"""German for `koe.web.texts.about`: the same names, the same ``{...}``."""

ABOUT_TITLE = "Über Koe"
ABOUT_LEAD = (
    "*Koe* ist Japanisch für Stimme. Es macht klassische Klaviermusik mit neuronalen Netzen, die klein genug für "
    "deinen eigenen Rechner sind, und lässt dich hineinschauen."
)
ABOUT_ROLL_TITLE = "Musik als Bild"
ABOUT_ROLL = (
    "Die Netze sehen Musik als **Pianoroll**, wie die Walze eines selbstspielenden Klaviers: eine Spalte für jedes "
    "Sechzehntel, eine Zeile für jede der 88 Tasten, und in jedem Feld eine 1, wenn die Taste klingt, und eine 0, "
    "wenn nicht. Vier Takte im 4/4-Takt sind 64 Spalten: 64 × 88 = 5632 Zahlen. Wie kräftig eine Taste angeschlagen "
    "wird und wie das Tempo leise schwankt, bleibt weg."
)
ABOUT_AUTOENCODER_TITLE = "Ein Engpass, der verstehen muss"
ABOUT_AUTOENCODER = (
    "Ein **Autoencoder** lernt abzuschreiben, aber durch eine Mitte, die so eng ist, dass nur wenige Zahlen "
    "hindurchgehen. Um daraus vier Takte wieder aufzuschreiben, muss er finden, was Musik gemeinsam hat. Andere "
    "Netze von Koe lesen Musik Schritt für Schritt und sagen, was als Nächstes kommen kann. Wie das alles geht, "
    "zeigt *Lernen*: Dort fasst man es an, sieht und hört es."
)
ABOUT_LEARN_LINK = "Ein Rundgang in einer halben Stunde"
ABOUT_BELOW = "Derselbe Abschnitt als {n} Zahlen, und was {model} daraus schreibt:"
ABOUT_LIMITS_TITLE = "Was es nicht kann"
ABOUT_LIMITS = (
    "Es hat keinen Plan über das hinaus, woran es sich erinnert, und so schweifen die Stücke umher. Alles ist gleich "
    "laut. Manchmal bleibt es an einem Ton hängen, verstummt oder bricht in Lärm aus; dann helfen die Startzahl, die "
    "Temperatur und die Schwelle. Und ein Netz, das aus einer kleinen Bibliothek gelernt hat, wiederholt vielleicht "
    "Stellen daraus: Nimm, was es schreibt, als Einladung zum Spielen, nicht als Beweis von Erfindungskraft."
)
ABOUT_MODELS_TITLE = "Wie sie gelernt haben und wie gut sie sind"
ABOUT_MODELS = (
    "Jedes Netz ist in jedem Stadium seines Lernens zu hören, von der ersten Stille oder dem ersten Lärm an. Daneben "
    "steht, was seine Werte wert sind: die von Stille, vom Durchschnitt aller Rollen, vom Wiederholen des letzten "
    "Schritts und die der Studie."
)
ABOUT_MODELS_LINK = "Die Modelle"
ABOUT_PAPER_TITLE = "Woher es kommt"
ABOUT_PAPER = (
    "Koe folgt der Studie *Classical Music Generation with Neural Networks*: dasselbe Raster, dieselben drei Netze "
    "mit ebenso vielen einstellbaren Zahlen, dieselben zwei Wege von der Wahrscheinlichkeit zu Noten und dasselbe "
    "Textformat. Neu sind: Gewichte, die mit frei lizenzierten Noten frisch gelernt und auf zurückgelegten Stücken "
    "an einfachen Verfahren gemessen sind; ein Fortsetzen, das mit der Länge des Stücks nicht langsamer wird; und "
    "diese Seiten anstelle eines Programms zum Installieren."
)
ABOUT_LICENCE_TITLE = "Lizenzen"
ABOUT_LICENCES = (
    "Koes Code ist freie Software unter der MIT-Lizenz. Die mitgelieferten Stücke sind gemeinfrei, ihre Eingabe "
    "steht unter CC0. Aufnahmen, wo sie gehört werden können, hört das Netz von basic-pitch (Spotify, Apache 2.0). "
    "Was du hier machst, gehört dir, soweit einem gehören kann, was ein Netz geschrieben hat."
)
ABOUT_SOUND_TITLE = "Der Klang"
ABOUT_SOUND = "Gespielt von **{engine}** mit den Klängen aus **{soundfont}**."
ABOUT_SOUND_GRAND = (
    "Gespielt von **{engine}** auf einem Konzertflügel: dem *Salamander Grand Piano*, einem Yamaha C5, aufgenommen "
    "von Alexander Holm, unter [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/). Von seinen sechzehn "
    "Lautstärkestufen sind hier fünf, geschnitten, im Pegel angeglichen und neu kodiert."
)
ABOUT_SOUND_ALONE = "Gespielt von **{engine}**, das ohne fremde Klänge auskommt."
