"""The colours and text sizes of every figure.

Colours are those of Okabe and Ito, which colour-blind readers can distinguish.
"""

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
# GREY is the lightest grey that has a contrast of 4.5 to 1 on white, which WCAG asks of small text.
GREY, PALE, INK = "#767676", "#DDDDDD", "#222222"
TEXT_POINTS = 8.0
SMALL_POINTS = 7.0
