from django.urls import path

from shop import views

urlpatterns = [
    path("livez", views.live),
    path("readyz", views.ready),
    path("fast", views.fast),
    path("slow", views.slow),
    path("upload", views.upload),
]
