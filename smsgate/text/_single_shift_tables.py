"""The national single shift tables of 3GPP TS 23.038, annex A.2: data, loaded only when a text asks for them.

Each table is the code points at 0x00 to 0x7F in hexadecimal, 16 a row; ``.`` is a reserved code, as are 0x1B (ESC) and
0x0D (a second carriage return). Sources differ in Telugu's 0x65: it is the euro sign.
"""

SINGLE = {
    "turkish": """
        . . . . . . . . . . C . . . . .
        . . . . 5E . . . . . . . . . . .
        . . . . . . . . 7B 7D . . . . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C . . . . . . 11E . 130 . . . . . .
        . . . 15E . . . . . . . . . . . .
        . . . E7 . 20AC . 11F . 131 . . . . . .
        . . . 15F . . . . . . . . . . . .
    """,
    "spanish": """
        . . . . . . . . . E7 C . . . . .
        . . . . 5E . . . . . . . . . . .
        . . . . . . . . 7B 7D . . . . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C C1 . . . . . . . CD . . . . . D3
        . . . . . DA . . . . . . . . . .
        . E1 . . . 20AC . . . ED . . . . . F3
        . . . . . FA . . . . . . . . . .
    """,
    "portuguese": """
        . . . . . EA . . . E7 C D4 F4 . C1 E1
        . . 3A6 393 5E 3A9 3A0 3A8 3A3 398 . . . . . CA
        . . . . . . . . 7B 7D . . . . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C C0 . . . . . . . CD . . . . . D3
        . . . . . DA . . . . . C3 D5 . . .
        . C2 . . . 20AC . . . ED . . . . . F3
        . . . . . FA . . . . . E3 F5 . . E2
    """,
    "bengali": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 9E6 9E7 . 9E8 9E9 9EA 9EB
        9EC 9ED 9EE 9EF 9DF 9E0 9E1 9E2 7B 7D 9E3 9F2 9F3 9F4 9F5 5C
        9F6 9F7 9F8 9F9 9FA . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "gujarati": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . AE6 AE7 AE8 AE9
        AEA AEB AEC AED AEE AEF . . 7B 7D . . . . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "hindi": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . 966 967 968 969
        96A 96B 96C 96D 96E 96F 951 952 7B 7D 953 954 958 959 95A 5C
        95B 95C 95D 95E 95F 960 961 962 963 970 971 . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "kannada": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . CE6 CE7 CE8 CE9
        CEA CEB CEC CED CEE CEF CDE CF1 7B 7D CF2 . . . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "malayalam": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . D66 D67 D68 D69
        D6A D6B D6C D6D D6E D6F D70 D71 7B 7D D72 D73 D74 D75 D7A 5C
        D7B D7C D7D D7E D7F . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "oriya": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . B66 B67 B68 B69
        B6A B6B B6C B6D B6E B6F B5C B5D 7B 7D B5F B70 B71 . . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "punjabi": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . A66 A67 A68 A69
        A6A A6B A6C A6D A6E A6F A59 A5A 7B 7D A5B A5C A5E A75 . 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "tamil": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 964 965 . BE6 BE7 BE8 BE9
        BEA BEB BEC BED BEE BEF BF3 BF4 7B 7D BF5 BF6 BF7 BF8 BFA 5C
        . . . . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "telugu": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A . . . C66 C67 C68 C69
        C6A C6B C6C C6D C6E C6F C58 C59 7B 7D C78 C79 C7A C7B C7C 5C
        C7D C7E C7F . . . . . . . . . 5B 7E 5D .
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
    "urdu": """
        40 A3 24 A5 BF 22 A4 25 26 27 C 2A 2B . 2D 2F
        3C 3D 3E A1 5E A1 5F 23 2A 600 601 . 6F0 6F1 6F2 6F3
        6F4 6F5 6F6 6F7 6F8 6F9 60C 60D 7B 7D 60E 60F 610 611 612 5C
        613 614 61B 61F 640 652 658 66B 66C 672 673 6CD 5B 7E 5D 6D4
        7C 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A . . . . .
        . . . . . 20AC . . . . . . . . . .
        . . . . . . . . . . . . . . . .
    """,
}
