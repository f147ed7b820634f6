"""The CMS families a layout may name, each with what tells it; a family without a parser of its own is read as generic.

Names of families are data here, so that a slip of the pen in a TOML file is an error and not a silent fall to generic.
"""

from __future__ import annotations

FAMILIES: dict[str, str] = {
    "generic": "no family known, or a CMS of the site's own: JSON-LD, OpenGraph, text density, the source's selectors",
    "nukeviet": "NukeViet 3 and 4: meta generator, /<module>/<cat>/<alias>-<id>.html",
    "wordpress": "WordPress: meta generator, /wp-content/, /wp-json/",
    "vnpt-vnportal": "VNPT vnPortal and iGate: PostDate, ArticleContent, storage-vnportal",
    "liferay": "Liferay: journal-content-article, /-/asset_publisher/, /documents/<group>/",
    "dnn": "DotNetNuke: /Portals/<n>/, dnn_ ids",
    "aspnet": "other ASP.NET portals: ctl00_ ids, __VIEWSTATE, .aspx?ItemID=",
    "sharepoint": "SharePoint portals: /Pages/, /Lists/, ms- classes, _layouts",
    "drupal": "Drupal: /sites/default/files/, node ids",
    "joomla": "Joomla: com_content, item-page",
    "yyyymm-hex": "newspaper CMS: /<cat>/YYYYMM/<slug>-<7 hex>/, /file/<32 hex>/",
    "fck": "newspaper CMS: <slug>-a<id>.html, .content-fck",
    "onecms": "ONECMS: <slug>-<id>.html, sc-longform-header-*, images xxx.1cdn.vn",
    "zce-cms-body": "newspaper CMS: <slug>-post<id>.html, .zce-content-body.cms-body",
    "vccorp-ims": "VCCorp IMS: 17-digit id, data-role=sapo, .afcbc-body",
    "mastercms": "MasterCMS: MASTERCMS_TPL_TABLE, article-detail-title",
    "pbody-dcontent": "newspaper CMS of Thanh Hóa and Phú Thọ: p.pBody, #dcontent",
    "newscontent": "newspaper CMS of the Mekong delta, 2020: .newscontent, .title-italic",
    "uploads-image": "newspaper CMS with /uploads/image/Y/m/d/: .divDetail.newscontent",
    "cms-link": "newspaper CMS of Sơn La: a.cms-link, <slug>-<9 letters and digits>.html",
    "bbg": "CMS of Bắc Giang and Bắc Ninh: -postid<id>.bbg, .news_detail_sapo",
    "nvcms": "NVCMS: files on *-fileserver.nvcms.net",
    "next": "Next or Astro in front of a JSON API: __NEXT_DATA__, astro-island",
    "client-rendered": "pages that a browser fills in: data only in scripts",
    "tandan": "Tân Dân portal: tandan- classes",
    "upload-id": "portal with /upload/<site id>/YYYYMMDD/",
    "portal-kenhtin": "portal with /portal/KenhTin/<Slug>.aspx, /portal/Photos/YYYY-MM/",
    "3cms": "3CMS: /3cms/<slug>-<id>.htm",
    "webcenter": "Oracle WebCenter: /webcenter/portal/, dDocName=",
    "wps": "IBM WebSphere Portal: /wps/portal/, /wps/wcm/connect/",
}
