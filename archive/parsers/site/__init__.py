"""What is known of a site beside its page: its CMS family, and what was learnt from its pages."""
