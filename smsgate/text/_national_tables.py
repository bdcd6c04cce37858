"""The national language tables of 3GPP TS 23.038, annex A: data, loaded only when a text asks for them.

Each table is the code points at 0x00 to 0x7F in hexadecimal, 16 a row; ``.`` is a reserved code. 0x1B (ESC) and, in the
single shift tables, 0x0D (a second carriage return) stand empty.

Sources differ in places; settled so:

- Kannada locking 0x24 is U+0CA1: the standard prints U+0CAA, which it has again at 0x3D.
- Indic and Urdu locking 0x2C is the comma (a widespread list has an apostrophe there).
- Hindi locking 0x00 to 0x02 are U+0901 to U+0903.
- Telugu single shift 0x65 is the euro sign.
"""

# The position, counted from 1, is the language's identifier in the header (TS 23.038, 6.2.1.2.4).
LANGUAGES = (
    "turkish",
    "spanish",
    "portuguese",
    "bengali",
    "gujarati",
    "hindi",
    "kannada",
    "malayalam",
    "oriya",
    "punjabi",
    "tamil",
    "telugu",
    "urdu",
)

LOCKING = {
    "turkish": """
        40 A3 24 A5 20AC E9 F9 131 F2 C7 A 11E 11F D C5 E5
        394 5F 3A6 393 39B 3A9 3A0 3A8 3A3 398 39E . 15E 15F DF C9
        20 21 22 23 A4 25 26 27 28 29 2A 2B 2C 2D 2E 2F
        30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F
        130 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A C4 D6 D1 DC A7
        E7 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A E4 F6 F1 FC E0
    """,
    "portuguese": """
        40 A3 24 A5 EA E9 FA ED F3 E7 A D4 F4 D C1 E1
        394 5F AA C7 C0 221E 5E 5C 20AC D3 7C . C2 E2 CA C9
        20 21 22 23 BA 25 26 27 28 29 2A 2B 2C 2D 2E 2F
        30 31 32 33 34 35 36 37 38 39 3A 3B 3C 3D 3E 3F
        CD 41 42 43 44 45 46 47 48 49 4A 4B 4C 4D 4E 4F
        50 51 52 53 54 55 56 57 58 59 5A C3 D5 DA DC A7
        7E 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A E3 F5 60 FC E0
    """,
    "bengali": """
        981 982 983 985 986 987 988 989 98A 98B A 98C . D . 98F
        990 . . 993 994 995 996 997 998 999 99A . 99B 99C 99D 99E
        20 21 99F 9A0 9A1 9A2 9A3 9A4 29 28 9A5 9A6 2C 9A7 2E 9A8
        30 31 32 33 34 35 36 37 38 39 3A 3B . 9AA 9AB 3F
        9AC 9AD 9AE 9AF 9B0 . 9B2 . . . 9B6 9B7 9B8 9B9 9BC 9BD
        9BE 9BF 9C0 9C1 9C2 9C3 9C4 . . 9C7 9C8 . . 9CB 9CC 9CD
        9CE 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A 9D7 9DC 9DD 9F0 9F1
    """,
    "gujarati": """
        A81 A82 A83 A85 A86 A87 A88 A89 A8A A8B A A8C A8D D . A8F
        A90 A91 . A93 A94 A95 A96 A97 A98 A99 A9A . A9B A9C A9D A9E
        20 21 A9F AA0 AA1 AA2 AA3 AA4 29 28 AA5 AA6 2C AA7 2E AA8
        30 31 32 33 34 35 36 37 38 39 3A 3B . AAA AAB 3F
        AAC AAD AAE AAF AB0 . AB2 AB3 . AB5 AB6 AB7 AB8 AB9 ABC ABD
        ABE ABF AC0 AC1 AC2 AC3 AC4 AC5 . AC7 AC8 AC9 . ACB ACC ACD
        AD0 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A AE0 AE1 AE2 AE3 AF1
    """,
    "hindi": """
        901 902 903 905 906 907 908 909 90A 90B A 90C 90D D 90E 90F
        910 911 912 913 914 915 916 917 918 919 91A . 91B 91C 91D 91E
        20 21 91F 920 921 922 923 924 29 28 925 926 2C 927 2E 928
        30 31 32 33 34 35 36 37 38 39 3A 3B 929 92A 92B 3F
        92C 92D 92E 92F 930 931 932 933 934 935 936 937 938 939 93C 93D
        93E 93F 940 941 942 943 944 945 946 947 948 949 94A 94B 94C 94D
        950 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A 972 97B 97C 97E 97F
    """,
    "kannada": """
        . C82 C83 C85 C86 C87 C88 C89 C8A C8B A C8C . D C8E C8F
        C90 . C92 C93 C94 C95 C96 C97 C98 C99 C9A . C9B C9C C9D C9E
        20 21 C9F CA0 CA1 CA2 CA3 CA4 29 28 CA5 CA6 2C CA7 2E CA8
        30 31 32 33 34 35 36 37 38 39 3A 3B . CAA CAB 3F
        CAC CAD CAE CAF CB0 CB1 CB2 CB3 . CB5 CB6 CB7 CB8 CB9 CBC CBD
        CBE CBF CC0 CC1 CC2 CC3 CC4 . CC6 CC7 CC8 . CCA CCB CCC CCD
        CD5 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A CD6 CE0 CE1 CE2 CE3
    """,
    "malayalam": """
        . D02 D03 D05 D06 D07 D08 D09 D0A D0B A D0C . D D0E D0F
        D10 . D12 D13 D14 D15 D16 D17 D18 D19 D1A . D1B D1C D1D D1E
        20 21 D1F D20 D21 D22 D23 D24 29 28 D25 D26 2C D27 2E D28
        30 31 32 33 34 35 36 37 38 39 3A 3B . D2A D2B 3F
        D2C D2D D2E D2F D30 D31 D32 D33 D34 D35 D36 D37 D38 D39 . D3D
        D3E D3F D40 D41 D42 D43 D44 . D46 D47 D48 . D4A D4B D4C D4D
        D57 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A D60 D61 D62 D63 D79
    """,
    "oriya": """
        B01 B02 B03 B05 B06 B07 B08 B09 B0A B0B A B0C . D . B0F
        B10 . . B13 B14 B15 B16 B17 B18 B19 B1A . B1B B1C B1D B1E
        20 21 B1F B20 B21 B22 B23 B24 29 28 B25 B26 2C B27 2E B28
        30 31 32 33 34 35 36 37 38 39 3A 3B . B2A B2B 3F
        B2C B2D B2E B2F B30 . B32 B33 . B35 B36 B37 B38 B39 B3C B3D
        B3E B3F B40 B41 B42 B43 B44 . . B47 B48 . . B4B B4C B4D
        B56 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A B57 B60 B61 B62 B63
    """,
    "punjabi": """
        A01 A02 A03 A05 A06 A07 A08 A09 A0A . A . . D . A0F
        A10 . . A13 A14 A15 A16 A17 A18 A19 A1A . A1B A1C A1D A1E
        20 21 A1F A20 A21 A22 A23 A24 29 28 A25 A26 2C A27 2E A28
        30 31 32 33 34 35 36 37 38 39 3A 3B . A2A A2B 3F
        A2C A2D A2E A2F A30 . A32 A33 . A35 A36 . A38 A39 A3C .
        A3E A3F A40 A41 A42 . . . . A47 A48 . . A4B A4C A4D
        A51 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A A70 A71 A72 A73 A74
    """,
    "tamil": """
        . B82 B83 B85 B86 B87 B88 B89 B8A . A . . D B8E B8F
        B90 . B92 B93 B94 B95 . . . B99 B9A . . B9C . B9E
        20 21 B9F . . . BA3 BA4 29 28 . . 2C . 2E BA8
        30 31 32 33 34 35 36 37 38 39 3A 3B BA9 BAA . 3F
        . . BAE BAF BB0 BB1 BB2 BB3 BB4 BB5 BB6 BB7 BB8 BB9 . .
        BBE BBF BC0 BC1 BC2 . . . BC6 BC7 BC8 . BCA BCB BCC BCD
        BD0 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A BD7 BF0 BF1 BF2 BF9
    """,
    "telugu": """
        C01 C02 C03 C05 C06 C07 C08 C09 C0A C0B A C0C . D C0E C0F
        C10 . C12 C13 C14 C15 C16 C17 C18 C19 C1A . C1B C1C C1D C1E
        20 21 C1F C20 C21 C22 C23 C24 29 28 C25 C26 2C C27 2E C28
        30 31 32 33 34 35 36 37 38 39 3A 3B . C2A C2B 3F
        C2C C2D C2E C2F C30 C31 C32 C33 . C35 C36 C37 C38 C39 . C3D
        C3E C3F C40 C41 C42 C43 C44 . C46 C47 C48 . C4A C4B C4C C4D
        C55 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A C56 C60 C61 C62 C63
    """,
    "urdu": """
        627 622 628 67B 680 67E 6A6 62A 6C2 67F A 679 67D D 67A 67C
        62B 62C 681 684 683 685 686 687 62D 62E 62F . 68C 688 689 68A
        20 21 68F 68D 630 631 691 693 29 28 699 632 2C 696 2E 698
        30 31 32 33 34 35 36 37 38 39 3A 3B 69A 633 634 3F
        635 636 637 638 639 641 642 6A9 6AA 6AB 6AF 6B3 6B1 644 645 646
        6BA 6BB 6BC 648 6C4 6D5 6C1 6BE 621 6CC 6D0 6D2 64D 650 64F 657
        654 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F
        70 71 72 73 74 75 76 77 78 79 7A 655 651 653 656 670
    """,
}

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
