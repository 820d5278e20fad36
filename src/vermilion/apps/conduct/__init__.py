"""Sales conduct: nobody signs for a customer 代签. Whose phones, devices and payers meet, face-to-face signing, doubts about badges."""
