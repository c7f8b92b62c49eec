"""Addresses of inspections."""

from django.urls import path

from inspections.views import (
    approvals,
    campaigns,
    checklists,
    coverage,
    findings,
    inspection_papers,
    inspections,
    inspectors,
    merging,
    photos,
    places,
    planning,
    records,
    signatures,
    tasks,
    visits,
)

app_name = "inspections"
urlpatterns = [
    path("checklists/", checklists.checklists, name="checklists"),
    path("checklists/draft/", checklists.checklist_draft, name="checklist_draft"),
    path("checklists/<int:pk>/", checklists.checklist, name="checklist"),
    path("checklists/<int:pk>/changes/", checklists.checklist_changes, name="checklist_changes"),
    path("checklists/<int:pk>/print/", checklists.checklist_print, name="checklist_print"),
    path("checklists/<int:pk>/release/", checklists.checklist_release, name="checklist_release"),
    path("checklists/<int:pk>/discard/", checklists.checklist_discard, name="checklist_discard"),
    path("checklists/<int:pk>/areas/<slug:code>/new/", checklists.item_new, name="item_new"),
    path("checklists/<int:pk>/items/<int:item>/", checklists.item_amend, name="item_amend"),
    path(
        "checklists/<int:pk>/items/<int:item>/withdraw/",
        checklists.item_withdraw,
        name="item_withdraw",
    ),
    path(
        "checklists/<int:pk>/items/<int:item>/up/",
        checklists.item_move,
        {"way": "up"},
        name="item_up",
    ),
    path(
        "checklists/<int:pk>/items/<int:item>/down/",
        checklists.item_move,
        {"way": "down"},
        name="item_down",
    ),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/tasks/", tasks.tasks, name="tasks"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/amend/", campaigns.campaign_amend, name="campaign_amend"),
    path("campaigns/<int:pk>/notice/", campaigns.campaign_notice, name="campaign_notice"),
    path("campaigns/<int:pk>/notice/paper/", campaigns.campaign_paper, name="campaign_paper"),
    path("campaigns/<int:pk>/members/", campaigns.campaign_members, name="campaign_members"),
    path("campaigns/<int:pk>/copy/", campaigns.campaign_copy, name="campaign_copy"),
    path("campaigns/<int:pk>/print/", campaigns.campaign_print, name="campaign_print"),
    path("campaigns/<int:pk>/coverage/", coverage.campaign_coverage, name="campaign_coverage"),
    path("campaigns/<int:pk>/start/", campaigns.campaign_start, name="campaign_start"),
    path("campaigns/<int:pk>/end/", campaigns.campaign_end, name="campaign_end"),
    path("campaigns/<int:pk>/cancel/", campaigns.campaign_cancel, name="campaign_cancel"),
    path("campaigns/<int:pk>/places/", places.places, name="campaign_places"),
    path("campaigns/<int:pk>/places/add/", places.places_add, name="campaign_places_add"),
    path(
        "campaigns/<int:pk>/places/add-sites/",
        places.places_add_sites,
        name="campaign_places_add_sites",
    ),
    path("campaigns/<int:pk>/places/drop/", places.places_drop, name="campaign_places_drop"),
    path("campaigns/<int:pk>/tasks/new/", tasks.task_new, name="task_new"),
    path("campaigns/<int:pk>/tasks/<int:task>/", tasks.task, name="task"),
    path("campaigns/<int:pk>/tasks/<int:task>/amend/", tasks.task_amend, name="task_amend"),
    path("campaigns/<int:pk>/tasks/<int:task>/remove/", tasks.task_remove, name="task_remove"),
    path("campaigns/<int:pk>/tasks/<int:task>/assign/", tasks.task_assign, name="task_assign"),
    path("campaigns/<int:pk>/tasks/<int:task>/report/", tasks.task_report, name="task_report"),
    path(
        "campaigns/<int:pk>/tasks/<int:task>/send-back/",
        tasks.task_send_back,
        name="task_send_back",
    ),
    path(
        "campaigns/<int:pk>/tasks/<int:task>/proofs/<uuid:proof>/",
        tasks.task_proof,
        name="task_proof",
    ),
    path(
        "campaigns/<int:pk>/inspections/new/",
        planning.campaign_inspections_new,
        name="campaign_inspections_new",
    ),
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/new/", planning.inspection_new, name="inspection_new"),
    path("inspections/asks/", approvals.asks, name="asks"),
    path("inspections/approvals/", approvals.approvals, name="approvals"),
    path("inspections/overlaps/", merging.inspection_overlaps, name="inspection_overlaps"),
    path("inspections/sheets/", inspection_papers.sheets_paper, name="sheets_paper"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/amend/", inspections.inspection_amend, name="inspection_amend"),
    path("inspections/<int:pk>/move/", inspections.inspection_move, name="inspection_move"),
    path("inspections/<int:pk>/cancel/", inspections.inspection_cancel, name="inspection_cancel"),
    path("inspections/<int:pk>/ask/", approvals.inspection_ask, name="inspection_ask"),
    path("inspections/<int:pk>/approve/", approvals.inspection_approve, name="inspection_approve"),
    path(
        "inspections/<int:pk>/send-back/",
        approvals.inspection_send_back,
        name="inspection_send_back",
    ),
    path(
        "inspections/<int:pk>/papers/approval/",
        inspection_papers.approval_paper,
        name="approval_paper",
    ),
    path(
        "inspections/<int:pk>/papers/approval/word/",
        inspection_papers.approval_paper,
        {"as_word": True},
        name="approval_word",
    ),
    path(
        "inspections/<int:pk>/papers/notice/", inspection_papers.notice_paper, name="notice_paper"
    ),
    path(
        "inspections/<int:pk>/papers/notice/word/",
        inspection_papers.notice_paper,
        {"as_word": True},
        name="notice_word",
    ),
    path("inspections/<int:pk>/papers/sheet/", inspection_papers.sheet_paper, name="sheet_paper"),
    path(
        "inspections/<int:pk>/papers/record/", inspection_papers.record_paper, name="record_paper"
    ),
    path(
        "inspections/<int:pk>/papers/record/word/",
        inspection_papers.record_paper,
        {"as_word": True},
        name="record_word",
    ),
    path(
        "inspections/<int:pk>/papers/joint-record/",
        inspection_papers.joint_record_paper,
        name="joint_record_paper",
    ),
    path(
        "inspections/<int:pk>/papers/joint-record/word/",
        inspection_papers.joint_record_paper,
        {"as_word": True},
        name="joint_record_word",
    ),
    path("inspections/<int:pk>/merge/", merging.inspection_merge, name="inspection_merge"),
    path(
        "inspections/<int:pk>/sections/<int:section>/people/",
        inspectors.section_people,
        name="section_people",
    ),
    path(
        "inspections/<int:pk>/inspectors/<int:inspector>/replace/",
        inspectors.inspector_replace,
        name="inspector_replace",
    ),
    path("inspections/<int:pk>/begin/", visits.inspection_begin, name="inspection_begin"),
    path("inspections/<int:pk>/conclude/", visits.inspection_conclude, name="inspection_conclude"),
    path("inspections/<int:pk>/answers/<slug:code>/", records.answers, name="answers"),
    path("inspections/<int:pk>/rest/", records.answers_rest, name="answers_rest"),
    path(
        "inspections/<int:pk>/items/<int:item>/choose/", records.answer_choose, name="answer_choose"
    ),
    path("inspections/<int:pk>/findings/new/", findings.finding_new, name="finding_new"),
    path(
        "inspections/<int:pk>/findings/<int:finding>/fix/", findings.finding_fix, name="finding_fix"
    ),
    path(
        "inspections/<int:pk>/findings/<int:finding>/term/",
        findings.finding_term,
        name="finding_term",
    ),
    path(
        "inspections/<int:pk>/findings/<int:finding>/withdraw/",
        findings.finding_withdraw,
        name="finding_withdraw",
    ),
    path("inspections/<int:pk>/photos/new/", photos.photo_new, name="photo_new"),
    path("inspections/<int:pk>/photos/<uuid:photo>/", photos.photo, name="photo"),
    path("inspections/<int:pk>/photos/<uuid:photo>/small/", photos.photo_small, name="photo_small"),
    path(
        "inspections/<int:pk>/photos/<uuid:photo>/stamped/",
        photos.photo_stamped,
        name="photo_stamped",
    ),
    path(
        "inspections/<int:pk>/photos/<uuid:photo>/withdraw/",
        photos.photo_withdraw,
        name="photo_withdraw",
    ),
    path("inspections/<int:pk>/sign/", signatures.inspection_sign, name="inspection_sign"),
    path(
        "inspections/<int:pk>/signatures/<int:signature>/", signatures.signature, name="signature"
    ),
]
