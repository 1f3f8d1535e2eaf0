/**
 * The zones of North American area codes (NANPA, 2025). A code whose area lies in several zones has them all; one that is not
 * here, such as 800, may be anywhere in its country.
 */
const eastern = 'America/New_York';
const central = 'America/Chicago';
const mountain = 'America/Denver';
const pacific = 'America/Los_Angeles';

const areas: readonly (readonly [zones: readonly string[], codes: string])[] = [
  [
    [eastern],
    '201 202 502 859 203 207 212 215 216 220 223 227 229 231 234 239 240 248 252 257 260 267 272 276 283 301 302 304 305 313 315 317 321 324 326 330 332 336 339 347 351 352 380 386 401 404 407 410 412 413 419 434 436 440 443 463 470 475 478 484 508 513 516 517 518 540 551 561 567 570 571 582 585 586 603 607 609 610 614 616 617 624 631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 718 724 727 728 732 734 740 743 754 757 762 765 770 771 772 774 781 786 802 803 804 810 813 814 826 828 835 838 839 843 845 848 854 856 857 860 862 863 864 865 878 904 908 910 912 914 917 919 929 934 937 941 943 947 948 954 959 973 978 980 984 989',
  ],
  [
    [central],
    '205 210 214 217 218 224 225 228 251 254 256 262 274 281 309 312 314 316 318 319 320 325 331 334 337 346 353 361 402 405 409 414 417 430 447 464 469 479 501 504 507 512 515 531 534 539 557 563 572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 682 708 712 713 715 726 730 737 763 769 773 779 815 816 817 830 832 847 870 872 901 903 913 918 920 936 938 940 945 952 956 972 975 979 985',
  ],
  [[mountain], '303 307 385 406 435 505 575 719 720 801 915 970 983'],
  [
    [pacific],
    '206 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 503 509 510 530 559 562 564 619 626 628 650 657 661 669 702 707 714 725 747 760 805 818 820 831 837 840 858 909 916 925 935 949 951 971',
  ],
  [['America/Phoenix'], '480 520 602 623'],
  [['America/Phoenix', mountain], '928'],
  [[eastern, central], '219 270 364 423 448 574 606 812 850 906 930 931'],
  [[central, mountain], '308 432 605 620 701 785 806'],
  [[mountain, pacific], '208 458 541 775 986'],
  [['America/Anchorage', 'America/Adak'], '907'],
  [['Pacific/Honolulu'], '808'],
  [
    ['America/Toronto'],
    '226 249 289 343 365 382 416 437 450 514 519 548 579 613 647 683 705 742 753 819 873 905 263 354 438 468',
  ],
  [['America/Toronto', 'America/Winnipeg'], '807'],
  [['America/Toronto', 'America/Halifax'], '367 418 581'],
  [['America/Winnipeg'], '204 431 584'],
  [['America/Regina', 'America/Edmonton'], '306 474 639'],
  [['America/Edmonton'], '368 403 587 780 825'],
  [['America/Vancouver', 'America/Edmonton', 'America/Fort_Nelson'], '236 250 672 778'],
  [['America/Vancouver'], '604'],
  [['America/Halifax'], '428 506 782 902'],
  [['America/St_Johns', 'America/Halifax'], '709 879'],
];

const zonesByCode = new Map(
  areas.flatMap(([zones, codes]) =>
    codes.split(' ').map((code): readonly [string, readonly string[]] => [code, zones]),
  ),
);

/** Where the three digits after +1 are from; undefined where they do not tell. */
export const zonesOfAreaCode = (code: string): readonly string[] | undefined => zonesByCode.get(code);
