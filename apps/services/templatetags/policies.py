"""How a preferential policy is called in the reader's language."""

from django import template

from apps.services.guidance import library

register = template.Library()
register.filter("policy_name", library.name)
