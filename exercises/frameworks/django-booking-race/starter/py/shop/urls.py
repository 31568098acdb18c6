from django.urls import path

from boxoffice import views

urlpatterns = [
    path("shows/<int:show_id>", views.show),
    path("shows/<int:show_id>/bookings", views.bookings),
]
