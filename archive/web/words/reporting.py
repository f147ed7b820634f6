"""What the report of a crawl says in English, and the same in Vietnamese; as in `said`."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[tuple[tuple[str, str], ...]] = (
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
