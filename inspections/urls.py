"""Addresses of inspections."""

from django.urls import path

from inspections.views import campaigns, checklists, places, tasks

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
]
