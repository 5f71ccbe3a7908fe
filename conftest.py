"""The plugin is loaded by its entry point; nothing needs to be set up here."""
