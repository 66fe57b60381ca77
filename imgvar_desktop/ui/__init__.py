"""The only place with QtWidgets. Widgets own no logic."""
