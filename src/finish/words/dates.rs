//! How languages write dates (Unicode CLDR, the long format) and number editions.

/// How a language writes a date.
pub(super) struct Dates {
    pub(super) tag: &'static str,
    /// The months as they stand in a date, from January on, with a space between them.
    pub(super) months: &'static str,
    /// A date with its day: `{y}`, `{m}`, `{d}`.
    pub(super) day: &'static str,
    /// The same for the first day of a month, where it is written otherwise.
    pub(super) first: &'static str,
    /// A month with its year; empty where its name has another case then.
    pub(super) month: &'static str,
    /// An edition by its number, `{e}`.
    pub(super) edition: &'static str,
}

const fn row(
    tag: &'static str,
    months: &'static str,
    [day, month, edition]: [&'static str; 3],
) -> Dates {
    Dates { tag, months, day, first: "", month, edition }
}

const ENGLISH: &str = "January February March April May June July August September October November December";
const FRENCH: &str = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre";
const CHINESE: &str = "1 2 3 4 5 6 7 8 9 10 11 12";

/// By language.
pub(super) const DATES: &[Dates] = &[
    row("en", ENGLISH, ["{d} {m} {y}", "{m} {y}", "Edition {e}"]),
    row("en-US", ENGLISH, ["{m} {d}, {y}", "{m} {y}", "Edition {e}"]),
    row(
        "de",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        ["{d}. {m} {y}", "{m} {y}", "{e}. Auflage"],
    ),
    row(
        "de-AT",
        "Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
        ["{d}. {m} {y}", "{m} {y}", "{e}. Auflage"],
    ),
    Dates {
        tag: "fr",
        months: FRENCH,
        day: "{d} {m} {y}",
        first: "1er {m} {y}",
        month: "{m} {y}",
        edition: "Édition {e}",
    },
    row(
        "es",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        ["{d} de {m} de {y}", "{m} de {y}", "Edición {e}"],
    ),
    row(
        "it",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        ["{d} {m} {y}", "{m} {y}", "Edizione {e}"],
    ),
    row(
        "pt",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        ["{d} de {m} de {y}", "{m} de {y}", "Edição {e}"],
    ),
    row(
        "nl",
        "januari februari maart april mei juni juli augustus september oktober november december",
        ["{d} {m} {y}", "{m} {y}", "Editie {e}"],
    ),
    row(
        "sv",
        "januari februari mars april maj juni juli augusti september oktober november december",
        ["{d} {m} {y}", "{m} {y}", "Utgåva {e}"],
    ),
    row(
        "da",
        "januar februar marts april maj juni juli august september oktober november december",
        ["{d}. {m} {y}", "{m} {y}", "{e}. udgave"],
    ),
    row("nb", NORWEGIAN, ["{d}. {m} {y}", "{m} {y}", "{e}. utgave"]),
    row("nn", NORWEGIAN, ["{d}. {m} {y}", "{m} {y}", "{e}. utgåve"]),
    row("no", NORWEGIAN, ["{d}. {m} {y}", "{m} {y}", "{e}. utgave"]),
    row(
        "fi",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta \
         syyskuuta lokakuuta marraskuuta joulukuuta",
        ["{d}. {m} {y}", "", "{e}. painos"],
    ),
    row(
        "pl",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października \
         listopada grudnia",
        ["{d} {m} {y}", "", "Wydanie {e}"],
    ),
    row(
        "cs",
        "ledna února března dubna května června července srpna září října listopadu prosince",
        ["{d}. {m} {y}", "", "{e}. vydání"],
    ),
    row(
        "sk",
        "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
        ["{d}. {m} {y}", "", "{e}. vydanie"],
    ),
    row(
        "ru",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        ["{d} {m} {y} г.", "", "Издание {e}"],
    ),
    row(
        "uk",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        ["{d} {m} {y} р.", "", "Видання {e}"],
    ),
    row(
        "hu",
        "január február március április május június július augusztus szeptember október november december",
        ["{y}. {m} {d}.", "{y}. {m}", "{e}. kiadás"],
    ),
    row(
        "ro",
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
        ["{d} {m} {y}", "{m} {y}", "Ediția {e}"],
    ),
    row(
        "tr",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        ["{d} {m} {y}", "{m} {y}", "{e}. baskı"],
    ),
    row(
        "el",
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου \
         Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
        ["{d} {m} {y}", "", "Έκδοση {e}"],
    ),
    row(
        "id",
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        ["{d} {m} {y}", "{m} {y}", "Edisi {e}"],
    ),
    row("ja", CHINESE, ["{y}年{m}月{d}日", "{y}年{m}月", "第{e}版"]),
    row("zh", CHINESE, ["{y}年{m}月{d}日", "{y}年{m}月", "第{e}版"]),
    row("ko", CHINESE, ["{y}년 {m}월 {d}일", "{y}년 {m}월", "제{e}판"]),
];

const NORWEGIAN: &str =
    "januar februar mars april mai juni juli august september oktober november desember";
