"""What search and store say in English, and the same in Vietnamese; {} stands for what changes, in the same order."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    # the grammar
    ("the query is empty: type a word", "chưa có gì để tìm: hãy gõ một từ"),
    ("there is no word in the query: only marks", "truy vấn chỉ có dấu, không có từ nào"),
    ("the query has {} characters, {} are the most", "truy vấn dài {} ký tự, nhiều nhất là {}"),
    ("the quotation mark has no second one", "thiếu dấu ngoặc kép thứ hai"),
    ("a bracket is not closed", "thiếu dấu ngoặc đóng"),
    ("a closing bracket has no opening one", "dấu ngoặc đóng không có dấu mở"),
    ("more than {} brackets in one another", "quá {} lớp ngoặc lồng nhau"),
    ("more than {} words and phrases", "quá {} từ và cụm từ"),
    (
        "the query only excludes: add a word or a field to search for",
        "truy vấn chỉ có phần loại trừ: hãy thêm từ cần tìm",
    ),
    ("two exclusions in a row", "hai phép loại trừ liền nhau"),
    ("{} has no word to exclude", "{} không có từ nào để loại trừ"),
    ("{} has no word on its left", "bên trái {} không có từ nào"),
    ("{} has no word on its right", "bên phải {} không có từ nào"),
    ("{} has no word after it", "sau {} không có từ nào"),
    ("{}: has no value", "{}: chưa có giá trị"),
    ("NEAR/ takes a distance of 1 to {} words", "NEAR/ nhận khoảng cách từ 1 đến {} tiếng"),
    ("all NEAR in a row take one distance", "các NEAR liền nhau phải cùng một khoảng cách"),
    (
        "NEAR joins words and phrases of the same text, no brackets or limits",
        "NEAR chỉ nối từ và cụm từ trong cùng một văn bản, không nối ngoặc hay giới hạn",
    ),
    (
        "= and ~ stand before words of the text, not before a limit",
        "= và ~ đứng trước từ của văn bản, không đứng trước giới hạn",
    ),
    ("a field stands inside another field's brackets", "một trường nằm trong ngoặc của trường khác"),
    ("there is no field '{}:'; did you mean '{}:'?", "không có trường '{}:'; ý bạn là '{}:'?"),
    (
        "there is no field '{}:'; put a space after the colon if it is part of the text",
        "không có trường '{}:'; nếu là lời văn, hãy thêm dấu cách sau dấu hai chấm",
    ),
    ("a begun word needs {} letters before *", "từ viết dở cần ít nhất {} chữ trước dấu *"),
    ("a limit without a letter or digit", "giới hạn không có chữ hay số nào"),
    (
        "'{}' is no state: sua (changed), go (gone from its site) or con (still there)",
        "'{}' không phải trạng thái: sua (đã sửa), go (đã gỡ) hoặc con (còn trên mạng)",
    ),
    # days and provinces
    (
        "'{}' is not a day: write 2020, 2020-03, 2020-03-05 or 05/03/2020",
        "'{}' không phải ngày: hãy viết 2020, 2020-03, 2020-03-05 hoặc 05/03/2020",
    ),
    ("there is no year {}", "không có năm {}"),
    ("there is no month {}", "không có tháng {}"),
    ("month {} of {} has {} days, not {}", "tháng {} năm {} có {} ngày, không có ngày {}"),
    ("the span ends ({}) before it begins ({})", "khoảng thời gian kết thúc ({}) trước khi bắt đầu ({})"),
    ("a span of days needs a day on one side of '..' at least", "khoảng thời gian cần một ngày ở ít nhất một bên '..'"),
    ('no province is called "{}"; did you mean "{}"?', 'không có tỉnh nào tên "{}"; ý bạn là "{}"?'),
    (
        'no province is called "{}"; write a name like Thái Nguyên or an id like bac-kan',
        'không có tỉnh nào tên "{}"; hãy viết tên như Thái Nguyên, hoặc mã như bac-kan',
    ),
    ('no province is called "{}"{}', 'không có tỉnh nào tên "{}"{}'),
    # what a search notes
    ("'{}' holds no letter or digit and was left out", "'{}' không có chữ hay số nên được bỏ qua"),
    (
        "'{}' is read as {} words; write it in quotes to find them in a row",
        "'{}' được hiểu là {} tiếng rời; đặt trong ngoặc kép để tìm đúng cụm",
    ),
    ("'{}': * works at the end of a word only", "'{}': dấu * chỉ dùng ở cuối từ"),
    ("{} stands for: {}", "{} thay cho: {}"),
    (
        'tinh: takes {} as it was until 30 June 2025; tinh34:"{}" adds {} more',
        'tinh: lấy {} như trước ngày 1/7/2025; tinh34:"{}" gồm thêm {} tỉnh',
    ),
    ("no article holds '{}', in any accents", "không bài nào có '{}', dù đánh dấu cách nào"),
    ("'{}' is found in other accents only", "'{}' chỉ có với cách đánh dấu khác"),
    (
        "nothing is found with the accents typed: these match in other accents",
        "không có kết quả với dấu đã gõ: đây là các bài có dấu khác",
    ),
    ("the archive holds no article yet", "kho chưa có bài nào"),
    (
        "nothing was captured by {}: the first capture is of {}",
        "đến ngày {} chưa lưu gì: bản chụp đầu tiên là của ngày {}",
    ),
    ("the archive covers {} to {}", "kho có bài từ {} đến {}"),
    ("the archive has no source '{}'", "kho không có nguồn '{}'"),
    (
        '{}: there is no source "{}", whose layouts this file should hold',
        '{}: không có nguồn "{}" để tệp này giữ bố cục',
    ),
    ("the archive has no section '{}'", "kho không có chuyên mục '{}'"),
    ("the archive has no tag '{}'", "kho không có thẻ '{}'"),
    ("the archive has no place '{}'", "kho không có địa danh '{}'"),
    ("the archive has no {} '{}'", "kho không có {} '{}'"),
    ("no article has {}", "không bài nào có {}"),
    (
        "ranked are {} of {} hits: the exact ones first, of each kind the newest",
        "chỉ xếp hạng {} trong {} bài: bài đúng dấu trước, mỗi loại lấy bài mới nhất",
    ),
    (
        "the query took longer than {} s: limit it by days (ngay:2020) or add a rarer word",
        "truy vấn lâu hơn {} giây: hãy giới hạn theo ngày (ngay:2020) hoặc thêm một từ hiếm hơn",
    ),
    ("'{}' is no cursor: take the one that the page before gave", "'{}' không phải dấu trang: hãy lấy từ trang trước"),
    (
        "the cursor belongs to another query or order: begin with the first page",
        "dấu trang thuộc truy vấn hay thứ tự khác: hãy bắt đầu từ trang đầu",
    ),
    # concordance, trends, collocates
    ("read are {} of {} articles, drawn at random (seed {})", "đọc {} trong {} bài, rút ngẫu nhiên (hạt giống {})"),
    (
        "{} of {} periods hold fewer than {} articles: their shares mean little",
        "{} trong {} khoảng có dưới {} bài: tỷ lệ ở đó ít ý nghĩa",
    ),
    (
        "the archive holds nothing of {} of {} periods: no match there says nothing",
        "kho không có bài nào của {} trong {} khoảng: không thấy ở đó không nói lên điều gì",
    ),
    ("the archive holds no article of these days", "kho không có bài nào của những ngày ấy"),
    ("1 to {} queries can be compared, not {}", "so sánh được từ 1 đến {} truy vấn, không phải {}"),
    (
        "counting every match would read {} articles, {} are the most: limit the query by days or sources, or count "
        "articles",
        "đếm từng chỗ khớp phải đọc {} bài, nhiều nhất là {}: hãy giới hạn theo ngày hoặc nguồn, hay đếm theo bài",
    ),
    ("a window has 1 to {} words, not {}", "cửa sổ có từ 1 đến {} tiếng, không phải {}"),
    ("words are counted in {} articles as of {}", "số tiếng được đếm trong {} bài, tính đến {}"),
    (
        "words have been counted, not syllables: join those of a word, as in {}",
        "đã đếm từ, không phải tiếng: nối các tiếng của một từ, ví dụ {}",
    ),
    (
        "the n-grams of some archives are of syllables, of others of words: count them by one unit",
        "n-gram của kho này là tiếng, của kho kia là từ: hãy đếm theo cùng một đơn vị",
    ),
    (
        "'baotinh ngrams build' counts the words of all articles once, and then for good",
        "'baotinh ngrams build' đếm tiếng của mọi bài một lần rồi giữ lại",
    ),
    (
        "one of the two sides has no article: there is nothing to compare",
        "một trong hai bên không có bài nào: không có gì để so sánh",
    ),
    # articles and addresses
    ("no article has the id {}", "không có bài nào mang mã {}"),
    ("{}: known from teasers only, never captured", "{}: chỉ biết qua lời giới thiệu, chưa từng được chụp"),
    ("{}: not in this archive", "{}: không có trong kho này"),
    (
        "{}: captured at {}, unread ({}), but not as an article",
        "{}: đã chụp lúc {}, chưa đọc được ({}), không phải bài báo",
    ),
    ("{}: captured at {}, status {}, but not as an article", "{}: đã chụp lúc {}, mã trả lời {}, không phải bài báo"),
    ("{}: no article was read from this capture", "{}: bản chụp này không cho ra bài báo nào"),
    ('no source "{}" in the register{}', 'danh bạ nguồn không có "{}"{}'),
    ("the archive holds nothing of {}", "kho không có gì của {}"),
    # collections
    ("nothing is found for {}: there is nothing to freeze", "không tìm thấy gì với {}: không có gì để chốt"),
    (
        "'{}' is no name: up to 64 of a-z, 0-9 and -, as in dai-hoi-2020",
        "'{}' không dùng làm tên được: tối đa 64 ký tự a-z, 0-9 và -, như dai-hoi-2020",
    ),
    ("none yet", "chưa có gì"),
    ("there is no corpus '{}' (known: {})", "không có ngữ liệu '{}' (đang có: {})"),
    ("there is no saved query '{}' (known: {})", "không có truy vấn đã lưu '{}' (đang có: {})"),
    (
        "{} is there already: choose another name, or replace it with --force",
        "{} đã có: hãy chọn tên khác, hoặc thay bằng --force",
    ),
    # the archive and its custody
    (
        "too many questions at once: wait a moment and ask again",
        "quá nhiều câu hỏi cùng lúc: xin đợi một lát rồi hỏi lại",
    ),
    (
        "{}: another process is writing to it; try again when it has ended",
        "{}: chương trình khác đang ghi; hãy thử lại sau",
    ),
    (
        "{}: process {} holds the archive ({}); wait for it or end it",
        "{}: tiến trình {} đang giữ kho ({}); hãy đợi hoặc dừng nó",
    ),
    (
        "a takedown names its reason and who ordered it; the log keeps both",
        "việc gỡ bài phải nêu lý do và ai yêu cầu; nhật ký giữ cả hai",
    ),
    (
        "{} is being written and holds what is to be taken out; stop the crawl, then try again",
        "{} đang được ghi và chứa nội dung cần gỡ; hãy dừng việc thu thập rồi thử lại",
    ),
    ("{} is no month: write it as 2020-03", "{} không phải tháng: hãy viết như 2020-03"),
    ("not asked: {} is missing", "không hỏi được {}: không có ở đó"),
    ("not asked: {} cannot be read ({})", "không hỏi được {}: không đọc được ({})"),
    ("not asked: {} has failed ({})", "không hỏi được {}: gặp lỗi ({})"),
    (
        "not asked: {} has schema {}, this program {}; 'baotinh rebuild' on it makes it anew",
        "không hỏi được {}: theo lược đồ {}, chương trình này theo {}; 'baotinh rebuild' trên kho ấy tạo lại nó",
    ),
    (
        "{} articles are in more than one archive: each counts once, where it was seen last",
        "{} bài có ở nhiều kho: mỗi bài tính một lần, ở kho thấy bài ấy sau cùng",
    ),
    (
        "{} articles are left out: another of these archives has taken them down",
        "{} bài không tính: một kho khác trong số này đã gỡ các bài ấy",
    ),
    ("taken down in another of these archives", "một kho khác trong số này đã gỡ"),
    ("no archive can be asked; {}", "không hỏi được kho nào; {}"),
    (
        "this room shows several archives: what one of them keeps or does is shown by its own 'baotinh serve'",
        "phòng đọc này gộp nhiều kho: việc riêng của từng kho xem ở 'baotinh serve' của kho ấy",
    ),
    (
        "each text once: that is known within one archive only, ask the shards one by one",
        "mỗi văn bản một lần: chỉ biết được trong một kho, hãy hỏi từng kho",
    ),
    (
        "'{}' is no cursor of these shards: begin with the first page",
        "'{}' không phải con trỏ của các kho này: hãy bắt đầu từ trang đầu",
    ),
)
