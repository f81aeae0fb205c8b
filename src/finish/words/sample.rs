//! What a sample of a book says of itself.

/// The words of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SampleWords {
    /// The language they are in; empty where it is the book's.
    pub(crate) lang: &'static str,
    /// What a sample is called.
    pub(crate) name: &'static str,
    /// The heading of its last page.
    pub(crate) end: &'static str,
    /// The heading of what it leaves out.
    pub(crate) rest: &'static str,
    /// The link to the whole book.
    pub(crate) link: &'static str,
}

/// Tags of languages, and the words in the order of the fields.
pub(super) const SAMPLES: &[(&str, [&str; 4])] = &[
    ("ar", ["عيّنة", "نهاية العيّنة", "في الكتاب الكامل", "احصل على الكتاب الكامل"]),
    ("cs", ["Ukázka", "Konec ukázky", "V celé knize", "Získat celou knihu"]),
    ("da", ["Læseprøve", "Slut på læseprøven", "I hele bogen", "Få hele bogen"]),
    ("de", ["Leseprobe", "Ende der Leseprobe", "Im ganzen Buch", "Zum ganzen Buch"]),
    (
        "el",
        [
            "Απόσπασμα",
            "Τέλος του αποσπάσματος",
            "Στο πλήρες βιβλίο",
            "Αποκτήστε το πλήρες βιβλίο",
        ],
    ),
    ("en", ["Sample", "End of the Sample", "In the Whole Book", "Get the whole book"]),
    (
        "es",
        [
            "Muestra",
            "Fin de la muestra",
            "En el libro completo",
            "Conseguir el libro completo",
        ],
    ),
    ("fi", ["Lukunäyte", "Lukunäytteen loppu", "Koko kirjassa", "Hanki koko kirja"]),
    (
        "fr",
        [
            "Extrait",
            "Fin de l’extrait",
            "Dans le livre complet",
            "Obtenir le livre complet",
        ],
    ),
    ("he", ["דוגמה", "סוף הדוגמה", "בספר המלא", "להשגת הספר המלא"]),
    (
        "hu",
        ["Részlet", "A részlet vége", "A teljes könyvben", "A teljes könyv beszerzése"],
    ),
    (
        "it",
        [
            "Estratto",
            "Fine dell’estratto",
            "Nel libro completo",
            "Ottieni il libro completo",
        ],
    ),
    ("ja", ["試し読み", "試し読みはここまでです", "この本の続き", "本を入手する"]),
    ("ko", ["미리보기", "미리보기 끝", "책 전체의 내용", "전체 책 구하기"]),
    ("nb", ["Leseprøve", "Slutt på leseprøven", "I hele boken", "Få hele boken"]),
    (
        "nl",
        [
            "Leesfragment",
            "Einde van het leesfragment",
            "In het hele boek",
            "Naar het hele boek",
        ],
    ),
    ("no", ["Leseprøve", "Slutt på leseprøven", "I hele boken", "Få hele boken"]),
    ("pl", ["Fragment", "Koniec fragmentu", "W całej książce", "Zdobądź całą książkę"]),
    ("pt", ["Amostra", "Fim da amostra", "No livro completo", "Obter o livro completo"]),
    (
        "ro",
        [
            "Fragment",
            "Sfârșitul fragmentului",
            "În cartea completă",
            "Obține cartea completă",
        ],
    ),
    ("ru", ["Фрагмент", "Конец фрагмента", "В полной книге", "Получить полную книгу"]),
    ("sv", ["Smakprov", "Slut på smakprovet", "I hela boken", "Skaffa hela boken"]),
    ("tr", ["Örnek", "Örneğin sonu", "Kitabın tamamında", "Kitabın tamamını edinin"]),
    ("uk", ["Фрагмент", "Кінець фрагмента", "У повній книзі", "Отримати повну книгу"]),
    ("zh-Hans", ["试读", "试读结束", "全书还有", "获取全书"]),
    ("zh-Hant", ["試讀", "試讀結束", "全書還有", "取得全書"]),
];
