"""The storefront: pages that combine what the apps offer; nothing below imports it."""
