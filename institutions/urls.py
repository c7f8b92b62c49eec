"""Addresses of the register and its lists."""

from django.urls import path

from institutions.views import (
    file,
    import_applying,
    import_preview,
    import_result,
    imports,
    issues,
    lifecycle,
    operation,
    papers,
    register,
    rulings,
    sheets,
    sites,
    whitelist,
)

app_name = "institutions"
urlpatterns = [
    path("institutions/", register.register, name="register"),
    path("institutions/list.xlsx", register.register_export, name="register_export"),
    path("institutions/new/", register.register_new, name="register_new"),
    path("institutions/verify/", lifecycle.verify_together, name="verify_together"),
    path("institutions/deleted/", lifecycle.deleted, name="deleted"),
    path("institutions/<int:pk>/", file.file, name="file"),
    path("institutions/<int:pk>/amend/", register.amend, name="amend"),
    path("institutions/<int:pk>/verify/", lifecycle.verify, name="verify"),
    path("institutions/<int:pk>/decide/<slug:act>/", lifecycle.decide, name="decide"),
    path("institutions/<int:pk>/changes/<int:change>/confirm/", lifecycle.confirm, name="confirm"),
    path(
        "institutions/<int:pk>/changes/<int:change>/paper/",
        papers.change_paper,
        name="change_paper",
    ),
    path("institutions/<int:pk>/delete/", lifecycle.delete, name="delete"),
    path("institutions/<int:pk>/undelete/", lifecycle.undelete, name="undelete"),
    path("institutions/<int:pk>/account/", operation.account, name="account"),
    path("institutions/<int:pk>/phone/", operation.contact_phone, name="contact_phone"),
    path("institutions/<int:pk>/people/<int:row>/phone/", operation.phone, name="phone"),
    path("institutions/<int:pk>/scans/new/", papers.scan_add, name="scan_add"),
    path("institutions/<int:pk>/scans/<int:row>/", papers.scan, name="scan"),
    path(
        "institutions/<int:pk>/scans/<int:row>/read/", operation.custody_scan, name="custody_scan"
    ),
    path("institutions/<int:pk>/scans/<int:row>/remove/", papers.scan_remove, name="scan_remove"),
    path(
        "institutions/<int:pk>/licences/<int:row>/void/", papers.licence_void, name="licence_void"
    ),
    path(
        "institutions/<int:pk>/licences/<int:row>/revive/",
        papers.licence_revive,
        name="licence_revive",
    ),
    path("institutions/<int:pk>/parts/<slug:part>/new/", papers.part_add, name="part_add"),
    path(
        "institutions/<int:pk>/parts/<slug:part>/<int:row>/", papers.part_amend, name="part_amend"
    ),
    path(
        "institutions/<int:pk>/parts/<slug:part>/<int:row>/remove/",
        papers.part_remove,
        name="part_remove",
    ),
    path(
        "institutions/<int:pk>/removed/<int:row>/restore/", papers.row_restore, name="row_restore"
    ),
    path("imports/", imports.imports, name="imports"),
    path("imports/upload/", imports.import_upload, name="import_upload"),
    path("imports/<int:pk>/", import_result.import_result, name="import_result"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("imports/<int:pk>/kind/", imports.import_kind, name="import_kind"),
    path("imports/<int:pk>/preview/", import_preview.import_preview, name="import_preview"),
    path("imports/<int:pk>/answer/", import_preview.import_answer, name="import_answer"),
    path(
        "imports/<int:pk>/answer-all/", import_preview.import_answer_all, name="import_answer_all"
    ),
    path("imports/<int:pk>/again/", import_preview.import_again, name="import_again"),
    path("imports/<int:pk>/apply/", import_applying.import_apply, name="import_apply"),
    path(
        "imports/<int:pk>/left-over.xlsx", import_result.import_left_over, name="import_left_over"
    ),
    path("imports/<int:pk>/file/", imports.import_file, name="import_file"),
    path("imports/<int:pk>/undo/", import_result.import_undo, name="import_undo"),
    path("imports/<int:pk>/drop/", imports.import_drop, name="import_drop"),
    path("imports/<int:pk>/adopt/", import_result.import_adopt, name="import_adopt"),
    path("whitelist/", whitelist.whitelist, name="whitelist"),
    path("whitelist/proposal/<slug:kind>/", whitelist.proposal, name="proposal"),
    path("whitelist/proposal/<slug:kind>/draft/", whitelist.propose, name="propose"),
    path("whitelist/rulings/<int:pk>/", rulings.ruling, name="ruling"),
    path("whitelist/rulings/<int:pk>/lift/", rulings.ruling_lift, name="ruling_lift"),
    path("whitelist/sheets/", sheets.wall_sheets, name="wall_sheets"),
    path("whitelist/sheets/<int:part>.pdf", sheets.wall_sheets_pdf, name="wall_sheets_pdf"),
    path("institutions/<int:pk>/sheet.pdf", sheets.wall_sheet, name="wall_sheet"),
    path("whitelist/<int:pk>/", issues.issue, name="issue"),
    path("whitelist/<int:pk>/redraft/", issues.redraft, name="redraft"),
    path("whitelist/<int:pk>/check/", issues.check, name="check"),
    path("whitelist/<int:pk>/publish/", issues.publish, name="publish"),
    path("whitelist/<int:pk>/send-back/", issues.send_back, name="send_back"),
    path("whitelist/<int:pk>/discard/", issues.discard, name="discard"),
    path("whitelist/<int:pk>/list.pdf", issues.issue_pdf, name="issue_pdf"),
    path("whitelist/<int:pk>/list.xlsx", issues.issue_xlsx, name="issue_xlsx"),
    path("sites/", sites.sites, name="sites"),
    path("sites/new/", sites.site_new, name="site_new"),
    path("sites/deleted/", sites.sites_deleted, name="sites_deleted"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/amend/", sites.site_amend, name="site_amend"),
    path("sites/<int:pk>/measure/<act>/", sites.site_measure, name="site_measure"),
    path("sites/<int:pk>/papers/<int:measure_pk>/", sites.site_paper, name="site_paper"),
    path("sites/<int:pk>/delete/", sites.site_delete, name="site_delete"),
    path("sites/<int:pk>/undelete/", sites.site_undelete, name="site_undelete"),
]
