"""What keeping, bringing in, packing and configuring say in English, and the same in Vietnamese; {} as in `said`.

What stands before a colon (a file, an address) is left away here: `matching` finds the sentence behind it.
"""

from __future__ import annotations

from typing import Final

SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    # the system
    ("No space left on device", "đĩa đã đầy"),
    ("Permission denied", "không có quyền"),
    ("Read-only file system", "hệ thống tệp chỉ cho đọc"),
    ("No such file or directory", "không có tệp hay thư mục này"),
    ("Is a directory", "đây là thư mục"),
    ("Not a directory", "đây không phải thư mục"),
    ("File exists", "đã có tệp tên này"),
    ("File name too long", "tên tệp quá dài"),
    ("Too many open files", "mở quá nhiều tệp"),
    ("Connection refused", "bị từ chối kết nối"),
    ("{}; make room, then try again; nothing stored is lost", "{}; hãy dọn chỗ rồi thử lại; không mất gì đã lưu"),
    (
        "{}; what writes needs a copy on a disk that can be written; searches and `baotinh verify` do not",
        "{}; lệnh nào ghi thì cần một bản sao trên đĩa ghi được; tìm kiếm và `baotinh verify` thì không cần",
    ),
    ("{}; run it as the user to whom the archive belongs", "{}; hãy chạy bằng tài khoản sở hữu kho"),
    ("{}; choose an archive path that can be written", "{}; hãy chọn đường dẫn kho có thể ghi"),
    (
        "{}; nothing of the last record was kept, the file is whole",
        "{}; không giữ chút nào của bản ghi cuối, tệp vẫn trọn vẹn",
    ),
    ("{}, and cutting the torn end failed: {}", "{}, và không cắt được phần cuối ghi dở: {}"),
    ("{}; the new database could not take its place", "{}; cơ sở dữ liệu mới không thế chỗ được"),
    ("{}; this result is not in the log", "{}; kết quả này không có trong nhật ký"),
    (
        "the disk is full; make room and start again, nothing stored is lost",
        "đĩa đã đầy; hãy dọn chỗ rồi chạy lại, không mất gì đã lưu",
    ),
    (
        "not a sound database ({}); 'baotinh rebuild' makes it again from the WARC files",
        "không phải cơ sở dữ liệu lành lặn ({}); 'baotinh rebuild' tạo lại từ các tệp WARC",
    ),
    (
        "the record at byte {} cannot be read ({}); {}",
        "không đọc được bản ghi ở byte {} ({}); {}",
    ),
    (
        "{} of the records that the database names are not in it; {}",
        "{} bản ghi mà cơ sở dữ liệu nêu không có trong tệp; {}",
    ),
    ("not the file that the manifest names; {}", "không phải tệp mà danh mục nêu; {}"),
    ("the record at byte {} cannot be read; {}", "không đọc được bản ghi ở byte {}; {}"),
    (
        "put back a good copy of the file; 'baotinh verify --full' names all that is damaged",
        "hãy thay bằng một bản sao còn tốt của tệp; 'baotinh verify --full' nêu mọi chỗ hỏng",
    ),
    # what a full verification could not compare
    (
        "{} of {} captures were read again and compared; the next --full reads the next {}",
        "{} trong {} bản chụp đã được đọc lại và so sánh; lần --full sau đọc {} bản tiếp theo",
    ),
    (
        "{} captures were read by earlier parsers and not compared; `baotinh reread` settles it",
        "{} bản chụp do bộ đọc cũ đọc nên không so sánh; `baotinh reread` giải quyết việc đó",
    ),
    (
        "{} captures show an article today and have none; `baotinh reread` files it",
        "{} bản chụp nay cho thấy một bài mà chưa có bài nào; `baotinh reread` đưa vào kho",
    ),
    (
        "{}; bring back the log, or `baotinh recover --accept` goes on behind the gap",
        "{}; hãy đưa nhật ký trở lại, hoặc `baotinh recover --accept` ghi tiếp sau chỗ khuyết",
    ),
    (
        "ends with event {}, but its head knows of {}: its end was cut off or changed",
        "kết thúc ở sự kiện {}, nhưng tệp head biết đến {}: phần cuối đã bị cắt hay đổi",
    ),
    ("missing or changed, so lines may be lost", "thiếu hay đã đổi, nên có thể mất dòng"),
    # the seals of the databases
    (
        "{} at {}: {}; nothing was written. `baotinh rebuild` makes it again from the WARC files",
        "{} tại {}: {}; chưa ghi gì. `baotinh rebuild` tạo lại từ các tệp WARC",
    ),
    (
        "{} at {}: {}; nothing was written. "
        "bring back the copy that was sealed, or `baotinh recover --accept` takes it as it is",
        "{} tại {}: {}; chưa ghi gì. "
        "hãy đưa bản sao đã niêm phong trở lại, hoặc `baotinh recover --accept` để chấp nhận nguyên trạng",
    ),
    ("changed since it was sealed", "đã thay đổi kể từ khi niêm phong"),
    ("another length than was sealed", "độ dài khác lúc niêm phong"),
    ("its seal was taken away since the log tells of it", "niêm phong đã bị gỡ, dù nhật ký có ghi"),
    ("sealed once, according to the log, and not there", "theo nhật ký đã niêm phong, nay không còn"),
    ("sealed, and not there", "đã niêm phong, nay không còn"),
    ("the seal itself was changed", "chính niêm phong đã bị thay đổi"),
    (
        "beside a sealed database, and no writer has left it",
        "nằm cạnh cơ sở dữ liệu đã niêm phong mà không chương trình ghi nào để lại",
    ),
    (
        "not the seal that the log tells of: {} may be one of another day",
        "không phải niêm phong mà nhật ký ghi: {} có thể là bản của ngày khác",
    ),
    ("{} is as it was sealed; there is nothing to accept", "{} đúng như lúc niêm phong; không có gì để chấp nhận"),
    (
        "{}: say with --reason why it is taken as it is; the log keeps it",
        "{}: hãy nêu lý do chấp nhận bằng --reason; nhật ký giữ lý do này",
    ),
    (
        "{}: SQLite cannot use it ({}); move it away and accept that it is missing",
        "{}: SQLite không dùng được ({}); hãy chuyển tệp đi rồi chấp nhận là không còn",
    ),
    # the archive and its settings
    (
        "{} is an archive already; choose another path, or open this one",
        "{} đã là kho; hãy chọn đường dẫn khác, hoặc mở kho này",
    ),
    (
        "{} is no archive: {} is missing; make one with `baotinh init --archive {}`",
        "{} không phải kho: thiếu {}; hãy tạo kho bằng `baotinh init --archive {}`",
    ),
    (
        "{} is no folder, so no archive; name the archive's folder",
        "{} không phải thư mục, nên không phải kho; hãy nêu thư mục của kho",
    ),
    ("keep must be a table, [keep]", "keep phải là bảng, [keep]"),
    ("robots = {}; it must be one of {}", "robots = {}; phải là một trong {}"),
    ("{} is missing; name who answers for this archive", "thiếu {}; hãy ghi ai chịu trách nhiệm về kho này"),
    ("unknown key {}", "khóa không rõ {}"),
    ("unknown key {}; did you mean {}?", "khóa không rõ {}; ý bạn là {}?"),
    ("unknown key {}; known are {}", "khóa không rõ {}; các khóa dùng được là {}"),
    ("Invalid value", "giá trị sai"),
    ("Invalid statement", "dòng không hiểu được"),
    ("{} (at line {}, column {})", "{} (dòng {}, cột {})"),
    ("not a text in UTF-8; save it as UTF-8", "không phải văn bản UTF-8; hãy lưu lại theo UTF-8"),
    ("{} is being written and was not looked at", "{} đang được ghi nên chưa kiểm tra"),
    (
        "{} was damaged and taken as it is on {} (event {})",
        "{} đã bị hỏng và được chấp nhận nguyên trạng ngày {} (sự kiện {})",
    ),
    (
        "there is no database; `baotinh rebuild` makes it from the WARC files",
        "chưa có cơ sở dữ liệu; `baotinh rebuild` dựng từ các tệp WARC",
    ),
    ("{} must be {}, not {}", "{} phải là {}, không phải {}"),
    ("a text in quotes", "chữ trong ngoặc kép"),
    ("a whole number", "số nguyên"),
    ("true or false", "true hoặc false"),
    ("{} must not be negative", "{} không được âm"),
    (
        "there is no database; 'baotinh init' makes an archive, 'baotinh rebuild' its database",
        "không có cơ sở dữ liệu; 'baotinh init' tạo kho, 'baotinh rebuild' tạo cơ sở dữ liệu",
    ),
    (
        "the database has schema {}, this program {}; 'baotinh rebuild' makes it anew",
        "cơ sở dữ liệu theo lược đồ {}, chương trình này theo {}; 'baotinh rebuild' tạo lại nó",
    ),
    ("a crawl or an import writes to it; wait for its end", "đang có lần thu thập hay lần nhập ghi vào; hãy đợi xong"),
    (
        "event {} is no takedown that this program has written",
        "sự kiện {} không phải lần gỡ do chương trình này ghi",
    ),
    ("not an event: {}", "không phải sự kiện: {}"),
    ("line {} is no digest line", "dòng {} không phải dòng giá trị băm"),
    ("line {} names no file with its digest", "dòng {} không nêu tệp kèm giá trị băm"),
    # sources
    ("unknown key", "khóa không rõ"),
    ("not valid TOML: {}", "không phải TOML hợp lệ: {}"),
    ("cannot be read: {}", "không đọc được: {}"),
    ('no source "{}" in the register; did you mean "{}"?', 'danh bạ nguồn không có "{}"; ý bạn là "{}"?'),
    (
        'no source "{}" in the register; `baotinh sources` lists all',
        'danh bạ nguồn không có "{}"; `baotinh sources` liệt kê tất cả',
    ),
    ('id: "{}" is taken by {}; give one of them another id', 'id: "{}" đã thuộc về {}; hãy cho một trong hai id khác'),
    (
        'hosts: "{}" is held by "{}" ({}); date both with [[host]] since and until where the host changed hands',
        'hosts: "{}" thuộc về "{}" ({}); nếu máy chủ đổi chủ, hãy ghi since và until ở [[host]] của cả hai',
    ),
    ("no golden page: {}", "không phải trang mẫu: {}"),
    (
        "cannot be renewed, no article is read on it; mend the layout, or remove the page",
        "không làm mới được, trang không đọc ra bài nào; hãy sửa bố cục, hoặc bỏ trang này",
    ),
    ("cannot be renewed, the page is unreadable: {}", "không làm mới được, không đọc được trang: {}"),
    # bringing in
    (
        "{} is not there; name a WARC or WACZ file, a folder of saved pages, or JSON Lines",
        "{} không có ở đó; hãy nêu tệp WARC hoặc WACZ, thư mục trang đã lưu, hoặc JSON Lines",
    ),
    (
        "{} is no WARC, ARC, WACZ, saved HTML page, folder of them, or JSON Lines",
        "{} không phải WARC, ARC, WACZ, trang HTML đã lưu, thư mục trang như thế, hay JSON Lines",
    ),
    ("{} is empty; fetch it again", "{} rỗng; hãy tải lại"),
    (
        "a folder of WARC files; name the files themselves, e.g. {}",
        "đây là thư mục tệp WARC; hãy nêu chính các tệp, ví dụ {}",
    ),
    ("no saved page in it{}", "không có trang đã lưu nào trong đó{}"),
    ("no saved page in it", "không có trang đã lưu nào trong đó"),
    ("no WARC file in this bag", "gói này không có tệp WARC nào"),
    ("not a sound ZIP file ({})", "không phải tệp ZIP lành lặn ({})"),
    ("not a sound WACZ package ({})", "không phải gói WACZ lành lặn ({})"),
    ("no line tells of a page; {}", "không dòng nào nói về một trang; {}"),
    ("its dictionary is damaged ({})", "từ điển nén bị hỏng ({})"),
    (
        "its first line must name the columns file and url (and date, if known)",
        "dòng đầu phải nêu cột file và url (và date, nếu biết)",
    ),
    ("line {}: {} is no URL", "dòng {}: {} không phải URL"),
    (
        "line {}: {} is no date such as 2026-11-24T10:00+07:00",
        "dòng {}: {} không phải thời điểm như 2026-11-24T10:00+07:00",
    ),
    ("line {}: {}", "dòng {}: {}"),
    ("not UTF-8", "không phải UTF-8"),
    (
        "unpacks to {} bytes, and twice that is not free ({} bytes are)",
        "bung ra thành {} byte, mà không còn trống gấp đôi chừng ấy (còn {} byte)",
    ),
    # packages, exports, takedowns
    ("{} exists; a bag is a new folder", "{} đã có; gói BagIt phải là thư mục mới"),
    ("{} exists; choose another name, or say --force", "{} đã có; hãy chọn tên khác, hoặc thêm --force"),
    (
        "{} exists; name another file, or write over it with --force",
        "{} đã có; hãy nêu tệp khác, hoặc ghi đè bằng --force",
    ),
    ("{} is there already; change it by hand, or remove it first", "{} đã có; hãy tự sửa, hoặc xóa trước"),
    (
        "{} is a link to {}, and a bag holds none: put the files in its place",
        "{} là liên kết đến {}, mà gói BagIt không chứa liên kết: hãy đặt chính các tệp vào chỗ ấy",
    ),
    (
        "behind a link, and not the file that the manifest names",
        "nằm sau liên kết và không phải tệp mà danh mục nêu",
    ),
    (
        "{} is no bag: there is no {} in it; name a WACZ file or the folder of a bag",
        "{} không phải gói BagIt: không có {} trong đó; hãy nêu tệp WACZ hoặc thư mục gói BagIt",
    ),
    (
        "{} is no WACZ package; name a WACZ file or the folder of a bag",
        "{} không phải gói WACZ; hãy nêu tệp WACZ hoặc thư mục gói BagIt",
    ),
    (
        "{} is not there; name a WACZ file or the folder of a bag",
        "{} không có ở đó; hãy nêu tệp WACZ hoặc thư mục gói BagIt",
    ),
    (
        "nothing to pack: no capture{} is held; `baotinh stats` counts what is",
        "không có gì để đóng gói: kho không giữ bản chụp nào{}; `baotinh stats` đếm những gì đang giữ",
    ),
    (' of the source "{}"', ' của nguồn "{}"'),
    ("no capture in {}", "không có bản chụp nào trong {}"),
    ("no article to export", "không có bài nào để xuất"),
    ("{} names no file: write the name that the export is to have", "{} không nêu tệp: hãy viết tên của bản xuất"),
    (
        "{} is a folder that no export made, and is not written over; choose another name",
        "{} là thư mục không do bản xuất nào tạo, không bị ghi đè; hãy chọn tên khác",
    ),
    (
        "{} is no file, and is not written over; choose another name, or leave out -o",
        "{} không phải tệp, không bị ghi đè; hãy chọn tên khác, hoặc bỏ -o",
    ),
    ("the records are compressed; end the name with {}", "bản ghi được nén; tên phải kết thúc bằng {}"),
    (
        "a frozen corpus has its own texts: leave out either the corpus or the day it is to be as of",
        "ngữ liệu đã chốt có văn bản riêng: hãy bỏ ngữ liệu, hoặc bỏ ngày cần xem lại",
    ),
    (
        "{} holds every capture of an article: leave out the day it is to be as of",
        "{} chứa mọi bản chụp của bài: hãy bỏ ngày cần xem lại",
    ),
    ("there is no form '{}': {}", "không có dạng '{}': {}"),
    ("{}: taken down on {}, by authority of {}", "{}: đã gỡ ngày {}, theo {}"),
    (
        "{}: nothing of it is held, so there is nothing to take down; mistyped? --in-advance bars it for what crawls "
        "and imports may bring",
        "{}: kho không giữ gì của địa chỉ này nên không có gì để gỡ; gõ nhầm chăng? --in-advance chặn trước những gì "
        "thu thập và nhập vào có thể mang đến",
    ),
    (
        "a takedown takes {} with it where asked, not {}",
        "một lần gỡ có thể gỡ kèm {} khi được yêu cầu, chứ không phải {}",
    ),
    (
        "{}: what was taken out still stands in its log, for another process reads it; end that, then "
        "`baotinh recover`",
        "{}: nội dung đã gỡ còn trong nhật ký của tệp vì một tiến trình khác đang đọc; hãy kết thúc tiến trình đó "
        "rồi chạy `baotinh recover`",
    ),
    (
        "{}: changed while a takedown was broken off; put a copy from before in its place",
        "{}: đã thay đổi trong khi một lần gỡ bị ngắt giữa chừng; hãy đặt một bản sao từ trước đó vào chỗ này",
    ),
    (
        "no takedown of {} is known; `baotinh takedown --list` shows all",
        "không biết lần gỡ nào của {}; `baotinh takedown --list` liệt kê tất cả",
    ),
    (
        "there is no database to look the article up in; give its URL",
        "không có cơ sở dữ liệu để tra bài; hãy cho URL của bài",
    ),
)
