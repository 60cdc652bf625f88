"""German for `koe.web.texts.your_piece`: the same names, the same ``{...}``."""

YOUR_PIECE_TITLE = "Dein Stück"
YOUR_PIECE_LEAD = "Wähl die Musik, mit der du spielen willst. Sie begleitet dich auf alle Seiten."
PICK_DEMO = "Nimm einen Klassiker"
PICK_DEMO_PLACEHOLDER = "Bach, Mozart, Chopin oder Satie …"
ROLL_HELP = (
    "Jeder Balken ist eine Note: Je höher er liegt, desto höher klingt sie; je länger er ist, desto länger klingt sie. "
    "Tipp oder klick irgendwohin, um dorthin zu springen."
)
SEGMENT_TITLE = "Dein Abschnitt"
SEGMENT_LEAD = "Damit werden die Netze arbeiten, 64 Sechzehntel auf einen Blick: {name}."
OF_SIXTEENTHS = "ein Netz, das nur Sechzehntel kennt,"
