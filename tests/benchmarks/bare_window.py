"""The least that a PySide6 program with a main window can be: what Imgvar's start is measured against."""

import sys

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

app = QApplication(sys.argv)
window = QMainWindow()
window.resize(1280, 800)
window.setCentralWidget(QLabel("A window"))
window.show()
sys.exit(app.exec())
