"""Addresses of the look: large type, and the gallery of components."""

from django.urls import path

from foundation.ui import views

app_name = "ui"
urlpatterns = [
    path("elder/", views.elder, name="elder"),
    path("office/gallery/", views.gallery, name="gallery"),
]
