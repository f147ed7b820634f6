"""What crawling, its report, fleets, collections and other programs say in English, and the same in Vietnamese; {}
stands for what changes.
"""

from __future__ import annotations

from typing import Final

SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    # the restorer, parsers, other engines
    (
        "not as it was trained ({}); `baotinh train-restorer` makes it again",
        "không như lúc học ({}); `baotinh train-restorer` tạo lại",
    ),
    ("no article to learn from; crawl or ingest first", "chưa có bài để học; hãy thu thập hoặc nhập trước"),
    (
        '"{}" is no parser: write family and version, like "nukeviet/3"',
        '"{}" không phải bộ đọc: hãy viết họ và phiên bản, như "nukeviet/3"',
    ),
    ('no place has the id "{}"; ids look like {}', 'không địa danh nào có mã "{}"; mã có dạng {}'),
    # options and arguments, as click names them
    ("Missing argument '{}'.", "Thiếu đối số '{}'."),
    ("Missing option '{}'.", "Thiếu tùy chọn '{}'."),
    ("Missing command.", "Thiếu lệnh."),
    ("No such option '{}'.", "Không có tùy chọn '{}'."),
    ("No such option '{}'. Did you mean {}?", "Không có tùy chọn '{}'. Ý bạn là {}?"),
    ("No such option '{}'. (Did you mean {}?)", "Không có tùy chọn '{}'. (Ý bạn là {}?)"),
    ("No such option '{}'. (Did you mean one of: {}?)", "Không có tùy chọn '{}'. (Ý bạn là một trong: {}?)"),
    ("No such command '{}'.", "Không có lệnh '{}'."),
    ("Option '{}' requires an argument.", "Tùy chọn '{}' cần một giá trị."),
    ("Got unexpected extra argument ({})", "Thừa đối số ({})"),
    ("Got unexpected extra arguments ({})", "Thừa đối số ({})"),
    ("Invalid value for '{}': {}", "Giá trị không hợp lệ cho '{}': {}"),
    ("{} is not one of {}.", "{} không thuộc {}."),
    ("{} is not in the range {}.", "{} nằm ngoài khoảng {}."),
    ("{} is not a valid integer.", "{} không phải số nguyên."),
    ("{} is not a valid integer range.", "{} không phải số nguyên."),
    ("{} is not a valid float.", "{} không phải số."),
    ("{} is not a valid float range.", "{} không phải số."),
    ("Option '{}' does not take a value.", "Tùy chọn '{}' không nhận giá trị."),
    # crawling
    (
        "{}: give the address without user name and password; a crawl sends none",
        "{}: hãy ghi địa chỉ không kèm tên người dùng và mật khẩu; thu thập không gửi chúng",
    ),
    (
        "{}; https was tried, and the site may speak http alone: http://{}",
        "{}; đã thử https, có thể trang chỉ dùng http: http://{}",
    ),
    ("no article among {} answers; {} failed", "không có bài nào trong {} câu trả lời; {} hỏng"),
    ("the site refuses us ({}); write to its owner first", "trang từ chối ta ({}); trước hết hãy viết cho chủ trang"),
    ("robots.txt cannot be read ({}), which forbids everything", "không đọc được robots.txt ({}), tức là cấm tất cả"),
    ("less than its [expect] says: {}", "ít hơn mức [expect] của nguồn: {}"),
    (
        "no article among {} answers; look at [discover] and [[layout]] of its source file",
        "không có bài nào trong {} câu trả lời; hãy xem [discover] và [[layout]] trong tệp nguồn",
    ),
    (
        "{}: nothing was brought, its sources do not go with ours: {}",
        "{}: chưa nhập gì, các nguồn ở đó không khớp với nguồn của ta: {}",
    ),
    (
        "{}: a takedown came while it was trained; `baotinh train-restorer` again",
        "{}: có lần gỡ nội dung trong khi luyện mô hình; hãy chạy lại `baotinh train-restorer`",
    ),
    (
        "the crawl failed at what its reader told it: {}; --verbose shows where",
        "lần thu thập hỏng vì điều bộ đọc báo: {}; --verbose cho thấy ở đâu",
    ),
    (
        "the reader ended {} times in a row (code {}) without reading a page",
        "bộ đọc dừng {} lần liền (mã {}) mà không đọc được trang nào",
    ),
    (
        "the reader has ended and cannot be begun again: {}",
        "bộ đọc đã dừng và không khởi động lại được: {}",
    ),
    (
        "{}: it ended with code {} before it could read",
        "{}: tiến trình dừng với mã {} trước khi đọc được gì",
    ),
    ("the crawl did not begin; --verbose shows why", "lần thu thập không bắt đầu được; --verbose cho biết vì sao"),
    (
        "the crawl was cut off before it could report; the next one goes on from there",
        "lần thu thập bị ngắt trước khi kịp báo cáo; lần sau sẽ làm tiếp từ đó",
    ),
    ("{} refuses connections", "{} từ chối kết nối"),
    ("{} has no address", "{} không có địa chỉ"),
    (
        "the site does not answer ({}); try again later",
        "trang không trả lời ({}); hãy thử lại sau",
    ),
    ("{}; check the address, or try again later", "{}; hãy kiểm lại địa chỉ, hoặc thử sau"),
    ("{} leads to what is no web address: {}", "{} dẫn tới chỗ không phải địa chỉ web: {}"),
    ("redirects without end", "chuyển hướng không dứt"),
    (
        "robots.txt forbids it ({}); write to the site's owner first",
        "robots.txt cấm ({}); trước hết hãy viết cho chủ trang",
    ),
    (
        "{} requests are spent; name a page nearer to the articles",
        "đã dùng hết {} lượt hỏi; hãy nêu trang gần bài viết hơn",
    ),
    ("the answer cannot be read: {}", "không đọc được câu trả lời: {}"),
    ("{} leads to another site, {}; probe that one", "{} dẫn sang trang khác, {}; hãy thăm dò trang ấy"),
    ("the draft does not hold: {}", "bản nháp không đứng vững: {}"),
    (
        "{} lies on this machine ({}); --allow-loopback lets it be crawled",
        "{} nằm trên máy này ({}); --allow-loopback cho phép thu thập",
    ),
    (
        "no source is verified yet; name the sources to watch",
        "chưa nguồn nào được kiểm chứng; hãy nêu các nguồn cần theo dõi",
    ),
    ("nothing has been crawled into this archive yet", "kho này chưa thu thập gì"),
    ("not a date; write it as 2026-11-24", "không phải ngày; hãy viết như 2026-11-24"),
    ("an archive cannot be merged into itself", "không thể gộp kho vào chính nó"),
    (
        "a file of this name is here with other bytes; one of them was changed: `baotinh verify` in both archives shows"
        " which",
        "ở đây đã có tệp cùng tên mà khác nội dung; một trong hai đã bị đổi: `baotinh verify` ở cả hai kho cho biết tệp"
        " nào",
    ),
    (
        "{} is {} in {}: hidden here; seal or erase it here too",
        "{} đã gỡ ({}) trong {}: ở đây đã ẩn; hãy niêm phong hoặc xóa cả ở đây",
    ),
    (
        "overwritten where the file of {} is, by a takedown",
        "đã ghi đè ở những chỗ mà tệp của {} đã bị ghi đè do gỡ nội dung",
    ),
    (
        "not brought, for what was sealed there is erased or shown here",
        "không nhập, vì những gì niêm phong ở đó thì ở đây đã xóa hoặc đang hiện",
    ),
    (
        "not what its manifest says; `baotinh verify` on the shard shows the damage",
        "không như danh mục của nó; `baotinh verify` trên kho ấy cho thấy chỗ hỏng",
    ),
    (
        "{} is given to {} by {} and to {} by {}: agree on one",
        "{} được giao cho {} theo {} và cho {} theo {}: hãy thống nhất",
    ),
    (
        "the frontier has migrations this program does not know: {}",
        "hàng đợi thu thập có bước nâng cấp mà chương trình này không biết: {}; hãy dùng chương trình mới hơn",
    ),
    ("no source of the register holds the host {}", "không nguồn nào trong danh bạ giữ máy chủ {}"),
    (
        "only what is failed or excluded can be put back as a whole",
        "chỉ đưa lại được cả loạt những gì hỏng hoặc bị loại",
    ),
    ("a rule forbids it: {}", "có quy tắc cấm: {}"),
    ("robots.txt forbids it", "robots.txt cấm"),
    (
        "no page that was read links to it; `baotinh frontier requeue` adds it",
        "không trang nào đã đọc dẫn tới đây; `baotinh frontier requeue` thêm vào",
    ),
    ("not an absolute http or https URL", "không phải địa chỉ http hay https đầy đủ"),
    ("no crawl has met it: {}", "chưa lần thu thập nào gặp: {}"),
    ("a crawl has it in hand now", "đang có lần thu thập lấy"),
    ("it failed and is asked for again after {}", "đã hỏng, sẽ hỏi lại sau {}"),
    ("it waits for its turn", "đang chờ đến lượt"),
    ("it was asked for, and failed: {}", "đã hỏi mà hỏng: {}"),
    ("it was fetched", "đã lấy về"),
    ("it was fetched: {}", "đã lấy về: {}"),
    # fleets, tables of a cluster, other programs
    ("not crawled, its status is {} ({}): {}", "không thu thập, trạng thái là {} ({}): {}"),
    ("no reason given", "không nêu lý do"),
    (
        "{} is crawled by {} ({}), and this machine is {}; BAOTINH_MACHINE gives it another name",
        "{} do máy {} thu thập ({}), còn máy này là {}; BAOTINH_MACHINE đặt tên khác cho máy",
    ),
    (
        "{} was crawled by {}, and {} gives {} to {}: one source, one machine; bring in what the one before has "
        "crawled before the source changes hands",
        "{} đã do máy {} thu thập, mà {} giao {} cho {}: một nguồn, một máy; hãy gộp những gì máy trước đã thu thập "
        "trước khi đổi máy",
    ),
    (
        'machines.{} must be a list of sources, like ["bao-ca-mau", "tinh-uy-*"]',
        'machines.{} phải là danh sách nguồn, như ["bao-ca-mau", "tinh-uy-*"]',
    ),
    ("must hold a table [machines] and nothing else", "phải có đúng một bảng [machines]"),
    ("{} is given to {} and to {}; one of them must leave it", "{} được giao cho cả {} và {}; một trong hai phải thôi"),
    (
        "frontier.sqlite has schema {}, and this program knows {}: use a newer one",
        "frontier.sqlite theo lược đồ {}, còn chương trình này biết {}: hãy dùng bản mới hơn",
    ),
    (
        "frontier.sqlite was made by an older program ({} is missing): move it away, and the next crawl begins a new "
        "one; nothing archived is lost, but pages are asked for again",
        "frontier.sqlite do chương trình cũ tạo ra (thiếu {}): hãy chuyển nó đi, lần thu thập sau sẽ tạo tệp mới; "
        "không mất gì đã lưu trữ, nhưng các trang sẽ được hỏi lại",
    ),
    ("status {}", "mã trạng thái {}"),
    ("Parquet needs pyarrow: {}", "Parquet cần pyarrow: {}"),
    (
        "{}: is missing or broken here; install baotinh again, with all that it depends on",
        "{}: bị thiếu hoặc hỏng ở đây; hãy cài lại baotinh cùng mọi gói mà nó cần",
    ),
    ("a PNG needs matplotlib: {}", "PNG cần matplotlib: {}"),
    ("words need underthesea: {}", "tách từ cần underthesea: {}"),
    (
        "Spark needs {}: 'pip install baotinh[spark]' installs what it needs",
        "Spark cần {}: hãy 'pip install baotinh[spark]'",
    ),
    (
        "no {}, so no tables of a re-reading that has come to its end",
        "không có {}, nên không phải bảng của lần đọc lại đã xong",
    ),
    ("{} is no part of a table", "{} không phải phần của bảng"),
    ("not the manifest of tables ({})", "không phải danh mục các bảng ({})"),
    ("not what the manifest says; the file was changed", "không như danh mục ghi; tệp đã bị đổi"),
    ("no Parquet file ({})", "không phải tệp Parquet ({})"),
    ("not the columns and rows of {}", "không phải cột và hàng của {}"),
    (
        "{} captures of this archive are not in the tables: read all of them again, then load",
        "{} bản chụp của kho này không có trong bảng: hãy đọc lại tất cả rồi nạp",
    ),
    (
        "the rows are not those of a re-reading, nothing was loaded ({})",
        "các hàng không phải của lần đọc lại, không nạp gì ({})",
    ),
    (
        "{} and {} both have it, and were filed apart; 'baotinh rebuild' or 'baotinh reread' without Spark files them "
        "together",
        "{} và {} cùng có bài này mà bị xếp riêng; 'baotinh rebuild', hoặc 'baotinh reread' không dùng Spark, xếp "
        "chúng chung",
    ),
    ("cannot read the restorer's model: {}", "không đọc được mô hình khôi phục dấu: {}"),
    ("cannot write the restorer's model: {}", "không ghi được mô hình khôi phục dấu: {}"),
    (
        "not a restorer's model; `baotinh train-restorer` makes one",
        "không phải mô hình khôi phục dấu; `baotinh train-restorer` tạo ra",
    ),
    ("the restorer's model is damaged ({}); train it again", "mô hình khôi phục dấu bị hỏng ({}); hãy học lại"),
    ("a password needs 12 characters or more", "mật khẩu cần ít nhất 12 ký tự"),
    (
        "{} is no IP address: write 127.0.0.1, ::1 or 0.0.0.0",
        "{} không phải địa chỉ IP: hãy viết 127.0.0.1, ::1 hoặc 0.0.0.0",
    ),
    (
        "{} port {}: {}; choose another with --host and --port",
        "{} cổng {}: {}; hãy chọn cổng khác bằng --host và --port",
    ),
    ("no archive is called {}", "không có kho nào tên {}"),
    # several archives
    (
        "a frozen corpus lies in one archive: export it from that one",
        "ngữ liệu đã chốt nằm trong một kho: hãy xuất từ kho ấy",
    ),
    ("an archive was lost while its articles were read: {}", "mất một kho trong khi đang đọc bài của nó: {}"),
    (
        "an export names the log of its archive: open the folder, not the database alone",
        "bản xuất nêu nhật ký của kho: hãy mở thư mục kho, không chỉ cơ sở dữ liệu",
    ),
    (
        "several archives are exported in the order oldest, newest or source, not by rank",
        "nhiều kho được xuất theo thứ tự oldest, newest hoặc source, không theo hạng",
    ),
    (
        "{} holds records, which are each archive's own: export it from one archive",
        "{} chứa bản ghi, vốn riêng của từng kho: hãy xuất từ một kho",
    ),
    (
        "several archives have no database in common: name one of them",
        "nhiều kho không có chung cơ sở dữ liệu: hãy nêu một kho",
    ),
    ("there is no order '{}' of lines: {}", "không có thứ tự dòng '{}': {}"),
    # collections of readers
    ("not the JSON of a {} ({})", "không phải JSON của một {} ({})"),
    ("not the JSON of a corpus ({})", "không phải JSON của ngữ liệu ({})"),
    ("not the JSON of a saved query ({})", "không phải JSON của truy vấn đã lưu ({})"),
    ("not the JSON of a {}", "không phải JSON của một {}"),
    ("there is no {} '{}' (known: {})", "không có {} '{}' (đã có: {})"),
    (
        "its articles do not have its digest {}: the file was changed",
        "các bài không có giá trị băm {} của nó: tệp đã bị đổi",
    ),
    (
        "no n-grams have been counted: 'baotinh ngrams build' does it (2 ms an article)",
        "chưa đếm cụm từ nào: 'baotinh ngrams build' đếm (2 ms mỗi bài)",
    ),
    (
        "n-grams are kept of one word or two, not of {}; 'baotinh trends' takes any query",
        "chỉ giữ cụm một hoặc hai tiếng, không phải {}; 'baotinh trends' nhận mọi truy vấn",
    ),
    ("a page holds 1 to {} hits, not {}", "một trang chứa từ 1 đến {} kết quả, không phải {}"),
    ("there is no order '{}': {}", "không có thứ tự '{}': {}"),
    ("there is no measure '{}': {}", "không có độ đo '{}': {}"),
    ("there is no unit '{}': {}", "không có đơn vị '{}': {}"),
    ("there is no facet '{}': {}", "không có mặt phân loại '{}': {}"),
    ("collocates are counted by {}, not by {}", "từ đi kèm được đếm theo {}, không theo {}"),
)

# What the report of a crawl says in English, and the same in Vietnamese; as in `said`.

REPORT_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    # sites that move, bounds of [expect], listings that run dry
    (
        "{} seems to have moved to {}: {} of {} answers lead there, as {} to {}; nothing was followed",
        "{} có vẻ đã chuyển sang {}: {} trong {} câu trả lời dẫn tới đó, như {} tới {}; chưa theo địa chỉ nào",
    ),
    (
        "the learnt layout fits {} of the {} newest articles: the site was built anew; learn it again:"
        " baotinh learn {}",
        "cách bày đã học chỉ khớp {} trong {} bài mới nhất: trang đã được làm lại; hãy học lại: baotinh learn {}",
    ),
    ('{} of the {} newest articles have the headline "{}"', '{} trong {} bài mới nhất cùng mang tiêu đề "{}"'),
    (
        '{} of the {} newest articles have the byline "{}": an account, or a label',
        '{} trong {} bài mới nhất cùng ghi tác giả "{}": một tài khoản, hay một nhãn',
    ),
    (
        "{} of the {} newest articles have no date: baotinh learn {} may help",
        "{} trong {} bài mới nhất không có ngày: baotinh learn {} có thể giúp",
    ),
    (
        'sections with numbers, as "{}": a counter or a date is read as the section',
        'chuyên mục có số, như "{}": số lượt hay ngày bị đọc thành chuyên mục',
    ),
    (
        "min_articles_per_crawl is {}: {} articles were read, and the listings point to {}",
        "min_articles_per_crawl là {}: đọc được {} bài, còn các trang danh mục dẫn tới {}",
    ),
    ("fields.{} is {}: {} of {} articles have it", "fields.{} là {}: chỉ có ở {} trong {} bài"),
    (
        "articles_per_month is {} to {}: the last {} days have {}",
        "articles_per_month là {} đến {}: {} ngày qua có {}",
    ),
    (
        "{} lists no article ({}); it listed about {}, last on {}",
        "{} không còn liệt kê bài nào ({}); trước có khoảng {}, lần cuối ngày {}",
    ),
    (
        "{} lists no article; it listed about {}, last on {}",
        "{} không còn liệt kê bài nào; trước có khoảng {}, lần cuối ngày {}",
    ),
    (
        "{} has stood still since {}: {} articles were found elsewhere meanwhile",
        "{} đứng yên từ {}: trong lúc đó {} bài được tìm thấy ở nơi khác",
    ),
    # backfills
    ("backfill {}: {} of {} addresses, {}", "lấy bài cũ {}: {} trong {} địa chỉ, {}"),
    ("{}; {} left, {} h or more at {} s a request", "{}; còn {}, ít nhất {} giờ nếu {} giây một yêu cầu"),
    ("about {} articles", "khoảng {} bài"),
    ("{} addresses and what they list", "{} địa chỉ và những gì chúng liệt kê"),
    ("run dry", "đã cạn"),
    ("ended", "đã hết"),
    ("not begun: --backfill walks it", "chưa bắt đầu: --backfill sẽ đi"),
    ("to be continued", "còn tiếp"),
    # how hosts were treated
    ("back off", "giãn ra"),
    ("retry after", "hẹn quay lại"),
    ("faster", "nhanh trở lại"),
    ("refused", "bị từ chối"),
    ("unreachable", "không trả lời"),
    ("crawl delay", "Crawl-delay"),
    ("{}, {} s", "{}, {} giây"),
    ("status {}, {} s, then {} s between requests", "mã trạng thái {}, {} giây, sau đó {} giây giữa hai yêu cầu"),
    ("{} s between requests", "{} giây giữa hai yêu cầu"),
    ("{} answers {} in a row", "{} câu trả lời {} liền nhau"),
    ("robots.txt asks for {} s", "robots.txt yêu cầu {} giây"),
    ("robots.txt asks for {} s, {} s are kept", "robots.txt yêu cầu {} giây, giữ {} giây"),
    ("no connection to {} within {} s", "không kết nối được tới {} trong {} giây"),
    ("{}; {} URLs to be judged anew", "{}; {} địa chỉ sẽ được xét lại"),
    ("redirected to {}", "chuyển hướng tới {}"),
    ("{} may be asked for", "được hỏi {}"),
    ("leads to {}, which robots.txt forbids there", "dẫn tới {}, mà robots.txt ở đó cấm"),
    ("leads to what is no web address: {}", "dẫn tới thứ không phải địa chỉ trang: {}"),
    ("{} redirects and no end", "{} lần chuyển hướng mà chưa hết"),
    ("rules: {}", "có quy tắc: {}"),
    ("free: {}", "không cấm gì: {}"),
    ("closed: {}", "đóng: {}"),
    ("closed for this run: {}", "đóng trong lần này: {}"),
    ("unreachable: {}", "không trả lời: {}"),
    ("{} for 30 days", "{} suốt 30 ngày"),
    ("cut at 500 KiB", "cắt ở 500 KiB"),
    (
        "the crawl stood still for {} s in {} and was ended; the next one goes on from there",
        "việc thu thập đứng yên {} giây ở {} nên bị dừng; lần sau tiếp tục từ đó",
    ),
    ("missing: {} failed with {}, as {}; asked for again from {} on", "thiếu: {} hỏng vì {}, như {}; hỏi lại từ {}"),
    (
        "missing: {} failed with {}, {} of them in earlier runs, as {}; asked for again from {} on",
        "thiếu: {} hỏng vì {}, trong đó {} từ các lần trước, như {}; hỏi lại từ {}",
    ),
    ("the next run", "lần sau"),
    ("{}, {} in a row", "{}, {} lần liền nhau"),
    (
        "only {} MB are free, and a crawl needs {} (free_megabytes of archive.toml); make room, and the next crawl"
        " goes on",
        "chỉ còn trống {} MB, mà một lần thu thập cần {} (free_megabytes trong archive.toml); hãy dọn chỗ,"
        " lần sau tiếp tục",
    ),
    (
        "{}: over {} MB, as another program has been reading the database for {} s; end that one, and the next crawl"
        " goes on",
        "{}: hơn {} MB, vì một chương trình khác đọc cơ sở dữ liệu đã {} giây; hãy dừng nó, lần sau tiếp tục",
    ),
    ("no HTTP answer", "không có câu trả lời HTTP"),
)
