"""Was der Rundgang durch die Lektionen sagt, und die Seite für Lehrpersonen, auf Deutsch."""

TOUR_TITLE = "Ein Rundgang in einer halben Stunde"
TOUR_LEAD = (
    "**Neun Dinge zum Ausprobieren, allein oder mit einer Klasse. Sag zuerst, was du erwartest; dann schau nach.**"
)
TOUR_MORE = (
    "Jeder Schritt öffnet eine Lektion so, wie sie stehen soll. Wähl, was du erwartest, bevor du hingehst, oder "
    "stimmt gemeinsam ab; komm dann zurück und lies, warum."
)
TOUR_OPEN = "Ausprobieren: {page}"
TOUR_EXPECT = "Was erwartest du?"
TOUR_AS_EXPECTED = "Wie du erwartet hast."
TOUR_OTHERWISE = "Es kommt anders."
TOUR_STEP = "{number}. {title}"
TOUR_MINUTES = "{minutes} Minuten"
TOUR_STEPS = {
    "text": (
        "Musik ist Zahlen",
        "Schreib einen Akkord aus drei Tasten als Text. Wie viele der 88 Zahlen eines Sechzehntels sind 1, während "
        "er klingt?",
        ("Drei", "Eine", "Alle 88"),
        "Drei: eine für jede Taste, die klingt. Alle anderen sind 0; eine Liste von Musik besteht also meist aus "
        "Nullen, und wer immer 0 sagt, irrt sich selten. Merk dir das für den fünften Schritt.",
    ),
    "neuron": (
        "Was ein Neuron nicht kann",
        "Ein Neuron allein soll sagen, ob C und G mit Es, mit E, mit beiden oder mit keinem ein Dreiklang sind. "
        "Lernt es das, wenn man ihm genug Zeit lässt?",
        ("Ja, mit genug Zeit", "Nein, nie", "Nur mit anderen ersten Gewichten"),
        "Nie: Es kann eine Gerade ziehen, und keine Gerade hat die beiden Dreiklänge auf der einen Seite und die "
        "beiden anderen auf der anderen. Stell seine Gewichte von Hand ein und sieh selbst; gib ihm dann vier "
        "Neuronen dazwischen.",
    ),
    "layers": (
        "Ein guter Anfang",
        "Acht Schichten fangen mit Gewichten an, die viermal so groß sind, wie sie sein sollten. Was sagen ihre "
        "Zellen?",
        ("Fast nichts", "Dasselbe wie vorher, viermal so laut", "−1 oder 1, was sie auch hören"),
        "Sie stehen bei −1 oder 1: Weiter geht tanh nicht. Dort ist seine Steigung fast nichts, kleine Änderungen an "
        "einem Gewicht ändern also nichts, und Lernen ist schwer. Glorots Regel sagt, wie groß Gewichte am Anfang "
        "sein sollen.",
    ),
    "downhill": (
        "Längere Schritte",
        "Eine Kugel geht durch eine Schlucht hinab. Ihre Lernrate wird dreizehnmal so groß. Was tut sie?",
        ("Sie fliegt davon", "Sie ist dreizehnmal so schnell unten", "Sie bleibt sofort stehen"),
        "Sie fliegt davon: Jeder Schritt springt über den Grund hinweg und landet auf der anderen Seite weiter oben. "
        "Mit einem Zehntel als Rate ist sie quer zur Schlucht sicher, aber längs langsam; Adam macht längs jedes "
        "Gewichts einen eigenen Schritt.",
    ),
    "training": (
        "Auswendig lernen",
        "Ein kleines Netz lernt drei Viertel von vier Takten. Was geschieht mit seinem Fehler im letzten Viertel, "
        "das man ihm nicht zeigt?",
        ("Er sinkt wie der andere", "Er hört auf zu sinken, während der andere weitersinkt", "Er sinkt gar nicht"),
        "Erst sinken beide: Beides ist meist Stille. Dann sinkt der eine weiter, der geheime hört auf und steigt "
        "vielleicht: Das Netz kann seine Takte auswendig. Drück auf „Anhören“, während es lernt.",
    ),
    "keys": (
        "Mehr zum Lernen",
        "Jetzt zeigt man ihm dieselben Takte in allen zwölf Tonarten. Hilft das bei dem Viertel, das es nicht "
        "gesehen hat?",
        ("Ja, sehr", "Nein, es ist dieselbe Musik", "Es wird schlechter"),
        "Sehr: Zwölfmal so viel auswendig zu können ist schwerer, als zu finden, was es gemeinsam hat. Auch AE1 und "
        "LSTM2 haben aus Musik in allen Tonarten gelernt; AE3 hört alle in einer.",
    ),
    "squeeze": (
        "Sechzehn Zahlen",
        "PCA, AE1 und AE3 erzählen dieselben vier Takte in je sechzehn Zahlen. Wer kommt am nächsten?",
        ("PCA, das alte gerade Verfahren", "AE1, das Netz der Studie", "AE3, das insgesamt 128 Zahlen hat"),
        "Bei den meisten Stücken AE1: Es ist für sechzehn Zahlen gemacht, und sein Raum darf krumm sein. AE3 braucht "
        "alle 128, denn sie teilen sich, was sie wissen; mit allen ist es weit voraus.",
    ),
    "memory": (
        "Gezinkte Münzen",
        "LSTM1 sagt für 88 Tasten, wie wahrscheinlich sie als Nächstes kommen, und für jede wird eine Münze "
        "geworfen. Was macht eine hohe Temperatur?",
        ("Es kommen weniger Tasten", "Dieselben Tasten, lauter", "Es kommen mehr Tasten"),
        "Mehr: Alle Münzen werden einander gleich, unwahrscheinliche Tasten kommen also öfter, und davon gibt es "
        "viele. Wähl, dass man hört, was die Münzen sagen, und beweg den Regler: unter 1 ist es vorsichtig, über 2 "
        "ist es Lärm.",
    ),
    "quiz": (
        "Hörst du es?",
        "Zehn Ausschnitte von Menschen und von drei Netzen. Wie viele errätst du?",
        ("Fünf oder weniger", "Sechs bis acht", "Neun oder zehn"),
        "Wer eine Münze wirft, hat im Mittel fünf. Vergleich dich mit den anderen und sieh dir die Tabelle an: wer "
        "am häufigsten für einen Menschen gehalten wurde, und wie breit das Intervall noch ist.",
    ),
}
TEACHERS_TITLE = "Für den Unterricht"
TEACHERS_LEAD = (
    "**Eine halbe Stunde mit einer Klasse, ohne Konten, ohne Vorbereitung, auf jedem Gerät mit einem Browser.**"
)
TEACHERS_BEFORE = (
    "**Für wen.** Etwa ab vierzehn Jahren. Wer Koordinaten und Geraden kennt, kann allem folgen außer der "
    "eingeklappten Mathematik, die für die letzten Schuljahre und danach gedacht ist.\n\n"
    "**Was man braucht.** Einen Projektor und Ton, oder ein Gerät mit Kopfhörern für je zwei. Alles läuft auf diesem "
    "Server und im Browser; nichts wird anderswohin geschickt, und über niemanden wird etwas gespeichert.\n\n"
    "**Wie.** Geht den Rundgang Schritt für Schritt durch: lesen, was auszuprobieren ist, alle sagen lassen, was sie "
    "erwarten, dann ausprobieren. Wer etwas anderes erwartet hat, erklärt, was sie oder er gedacht hat; die Antwort "
    "kommt zuletzt. Lass zuerst alle ihr eigenes Stück wählen, denn die meisten Lektionen arbeiten "
    "damit.\n\n"
    "**Auf Papier.** Das Blatt unten hat dieselben neun Schritte und Platz für das, was jede und jeder erwartet, "
    "warum, und was dann geschah; die Antworten kommen zuletzt, auf einer eigenen Seite."
)
TEACHERS_PLAN = "| | Schritt | Minuten |\n| --: | :-- | --: |\n"
TEACHERS_AFTER = (
    "**Teilen.** Die Adresse einer Lektion enthält ihren Zustand: Kopier sie, und wer sie öffnet, sieht dasselbe. "
    "Die Adresse des Quiz enthält seine Runde; so kann eine Klasse dieselben zehn hören.\n\n"
    "**Fragen, die weiterführen.** Warum hält ein Netz, das nur Noten gehört hat, Akkorde zusammen? Was müsste es "
    "wissen, um ein Stück zu beenden? Ist neu, was es schreibt, und wem gehört es? Könnten die Zahlen des Quiz "
    "beweisen, dass niemand den Unterschied hört?"
)
TEACHERS_TOUR = "Zum Rundgang"
SHEET = "Der Rundgang auf Papier (PDF)"
SHEET_FILE = "koe-rundgang.pdf"
SHEET_NAME = "Name"
SHEET_DATE = "Datum"
SHEET_BECAUSE = "Weil"
SHEET_SEEN = "Was geschah"
SHEET_ANSWERS = "Antworten"
SHEET_ANSWERS_LEAD = "Diese Seite erst austeilen, wenn alles ausprobiert ist."
