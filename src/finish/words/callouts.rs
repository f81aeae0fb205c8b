//! What notes and warnings are called, where their author gives them no title.

/// The kinds, in the order of the words below.
pub(super) const KINDS: [&str; 5] = ["note", "tip", "important", "warning", "caution"];

/// Tags of languages, and the words.
pub(super) const CALLOUTS: &[(&str, [&str; 5])] = &[
    ("ar", ["ملاحظة", "نصيحة", "مهم", "تحذير", "تنبيه"]),
    ("cs", ["Poznámka", "Tip", "Důležité", "Varování", "Upozornění"]),
    ("da", ["Bemærk", "Tip", "Vigtigt", "Advarsel", "Forsigtig"]),
    ("de", ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"]),
    ("el", ["Σημείωση", "Συμβουλή", "Σημαντικό", "Προειδοποίηση", "Προσοχή"]),
    ("en", ["Note", "Tip", "Important", "Warning", "Caution"]),
    ("es", ["Nota", "Consejo", "Importante", "Advertencia", "Precaución"]),
    ("fi", ["Huomautus", "Vinkki", "Tärkeää", "Varoitus", "Huomio"]),
    ("fr", ["Remarque", "Astuce", "Important", "Avertissement", "Attention"]),
    ("he", ["הערה", "עצה", "חשוב", "אזהרה", "זהירות"]),
    ("hu", ["Megjegyzés", "Tipp", "Fontos", "Figyelmeztetés", "Vigyázat"]),
    ("it", ["Nota", "Suggerimento", "Importante", "Avviso", "Attenzione"]),
    ("ja", ["注", "ヒント", "重要", "警告", "注意"]),
    ("ko", ["참고", "팁", "중요", "경고", "주의"]),
    ("nb", ["Merk", "Tips", "Viktig", "Advarsel", "Forsiktig"]),
    ("nl", ["Opmerking", "Tip", "Belangrijk", "Waarschuwing", "Let op"]),
    ("no", ["Merk", "Tips", "Viktig", "Advarsel", "Forsiktig"]),
    ("pl", ["Uwaga", "Wskazówka", "Ważne", "Ostrzeżenie", "Przestroga"]),
    ("pt", ["Nota", "Dica", "Importante", "Aviso", "Cuidado"]),
    ("ro", ["Notă", "Sfat", "Important", "Avertisment", "Atenție"]),
    ("ru", ["Примечание", "Совет", "Важно", "Предупреждение", "Осторожно"]),
    ("sv", ["Obs", "Tips", "Viktigt", "Varning", "Försiktigt"]),
    ("tr", ["Not", "İpucu", "Önemli", "Uyarı", "Dikkat"]),
    ("uk", ["Примітка", "Порада", "Важливо", "Попередження", "Обережно"]),
    ("zh-Hans", ["注意", "提示", "重要", "警告", "小心"]),
    ("zh-Hant", ["注意", "提示", "重要", "警告", "小心"]),
];
