"""Addresses of inspections."""

from django.urls import path

from inspections.views import checklists

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
]
