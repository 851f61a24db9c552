"""Words that made-up people, places and companies are put together from. None of them is anybody.

Phone numbers use 555-0100 to 555-0199, which are set aside for fiction in every US area code.
"""

from __future__ import annotations


def _each(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _each("""
    Aaliyah Adam Adriana Aisha Alan Alicia Amara Amit Andre Angela Anthony Ava Beatriz Ben Bianca Brandon Brenda
    Brian Caleb Camila Carlos Carmen Carol Cesar Chloe Cora Dana Daniel Darnell David Deja Delia Derek Diana Diego
    Dmitri Edith Eduardo Elena Eli Elijah Emma Erica Esther Ethan Fatima Felix Fiona Francis Gabriel Gina Grace
    Gregory Hana Harold Hassan Hector Helen Imani Ines Irene Isaac Ivan Jack Jade Jamal James Janet Jasmine Joan
    Joel Jonas Jordan Jorge Joy Julia Kareem Karen Keisha Kevin Kim Kofi Kwame Lamar Laura Leah Leo Lila Linh Lucia
    Luis Lydia Mai Malik Marcus Maria Marta Mason Maya Mei Miguel Mina Mohammed Nadia Naomi Nathan Nia Nina Noah
    Nora Olga Omar Oscar Pablo Paige Patrick Paul Priya Quinn Rachel Rafael Raj Rania Rebecca Renee Ricardo Rosa
    Ruth Sam Sandra Sara Sergio Seth Sofia Stella Tamika Tara Terrence Theo Thomas Tina Tomas Tyrone Uma Valeria
    Vera Victor Wanda Wei Wendy Xavier Yara Yusuf Zara Zoe
""")

LAST = _each("""
    Abbott Abara Acosta Ahmed Aldana Allen Alvarado Amari Andrews Aoki Archer Ayala Baker Banks Barrera Bauer Becker
    Bell Bennett Bishop Booker Boone Brooks Burke Burton Cabrera Calhoun Campos Carver Castillo Chan Chavez Clay
    Cobb Coleman Contreras Cruz Curtis Dalton Das Dawson Delgado Desai Diallo Diaz Dixon Doyle Duarte Dunn Eaton
    Ellis Espinoza Farley Farouk Fields Flores Foster Fox Freeman Fuentes Gaines Garza Gibbs Glover Gomez Grant
    Greer Guerra Hale Hammond Harmon Hayes Henson Herrera Hicks Holt Hood Huang Hussain Ibarra Ingram Iyer Jacobs
    Jarvis Jensen Joshi Juarez Kane Kaplan Keller Kemp Khan Kirk Klein Knox Kumar Lam Lane Larsen Leal Lin Logan
    Lopez Lowe Lucas Lutz Macias Mack Malone Marsh Massey Mata Mbeki Medina Mejia Mills Molina Monroe Mora Moss
    Munoz Nash Navarro Neal Ng Nolan Norris Obi Ochoa Okafor Olsen Ortega Osman Owens Pace Padilla Park Patel Pena
    Perry Pham Pierce Pope Quintana Ramos Reed Reyes Rhodes Rivas Rojas Rossi Rowe Ruiz Salas Sato Shah Shaw Silva
    Singh Soto Stone Suarez Tate Torres Tran Underwood Valdez Vance Vargas Vega Wade Walsh Ware Webb West Whitaker
    Wolfe Woods Wu Yates Yoon York Young Zamora Zhang
""")

BEYOND_ASCII = (
    ("Zoë", "Núñez"),
    ("José", "Muñoz"),
    ("Søren", "Bjørnstad"),
    ("Thị Hoa", "Nguyễn"),
    ("Łukasz", "Żak"),
    ("Chloé", "Lefèvre"),
    ("Jürgen", "Weiß"),
    ("Inés", "Ibáñez"),
    ("Kāpena", "Kaʻaukai"),
    ("Siobhán", "Ó Briain"),
)

PLACES = (
    # city, state, ZIP, time zone: some states span two zones, Arizona and Hawaii keep no summer time
    ("Austin", "TX", "78701", "America/Chicago"),
    ("El Paso", "TX", "79901", "America/Denver"),
    ("Phoenix", "AZ", "85003", "America/Phoenix"),
    ("Miami", "FL", "33130", "America/New_York"),
    ("Pensacola", "FL", "32502", "America/Chicago"),
    ("Denver", "CO", "80202", "America/Denver"),
    ("Seattle", "WA", "98101", "America/Los_Angeles"),
    ("Boston", "MA", "02116", "America/New_York"),
    ("Minneapolis", "MN", "55401", "America/Chicago"),
    ("Nashville", "TN", "37203", "America/Chicago"),
    ("Knoxville", "TN", "37902", "America/New_York"),
    ("Boise", "ID", "83702", "America/Boise"),
    ("Indianapolis", "IN", "46204", "America/Indiana/Indianapolis"),
    ("Honolulu", "HI", "96813", "Pacific/Honolulu"),
    ("Anchorage", "AK", "99501", "America/Anchorage"),
    ("Sacramento", "CA", "95814", "America/Los_Angeles"),
)

STREETS = _each("""
    Alder Lantern Copperfield Willow Juniper Meadowlark Harbor Quarry Orchard Saddleback Thistle Larkspur Cannery
    Foundry Millrace Bluestem Cottonwood Heron Kestrel Sycamore Tamarack Vine Wren Yarrow
""")
STREET_KINDS = ("Street", "Avenue", "Lane", "Court", "Road", "Way")
HOUSES = ("Court", "Commons", "Flats", "Terrace", "Lofts", "Place", "Gardens", "House")

TRADES = (
    "Plumbing",
    "Electrical",
    "Heating and Cooling",
    "Appliance Repair",
    "Roofing",
    "Locksmith",
    "Pest Control",
    "Handyman",
    "Cleaning",
    "Painting",
    "Flooring",
    "Landscaping",
    "Water Damage Restoration",
    "Elevator",
    "Windows",
)
COMPANIES = (
    "Blue Heron",
    "Stonebridge",
    "Redwood Fork",
    "Lighthouse",
    "Tallgrass",
    "Copper Kettle",
    "North Pier",
    "Old Mill",
    "Two Rivers",
    "Sunrise Ridge",
    "Ironwood",
    "Fieldstone",
)

AREA_CODES = _each("""
    512 737 915 602 480 305 786 850 303 720 206 425 617 857 612 763 615 629 865 208 986 317 463 808 907 916 279 201
    202 203 205 209 210 212 213 214 215 216 217 218 219 220 224 225 228 229 231 234 239 240 248 251 252 253 254 256
    260 262 267 269 270 272 276 281 301 302 304 307 308 309 310 312 313 314 315 316 318 319 320 321 323 325 330 331
    334 336 337 339 347 351 352 360 361 364 380 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419
    423 424 430 432 434 435 440 442 443 458 469 470 475 478 479 484 501 502 503 504 505 507 508 509 510 513 515 516
    517 518 520 530 531 534 539 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 586 601 603 605 606 607
    608 609 610 614 616 618 619 620 623 626 628 630 631 636 641 646 650 651 657 660 661 662 667 669 678 681 682 701
    702 703 704 706 707 708 712 713 714 715 716 717 718 719 724 725 727 731 732 734 740 747 754 757 760 762 765 769
    770 772 773 774 775 779 781 785 801 802 803 804 805 806 810 812 813 814 815 816 817 818 828 830 831 832 843 845
    847 848 854 856 858 859 860 862 863 864 870 872 878 901 903 904 906 908 909 910 912 913 914 917 918 919 920 925
    928 929 931 936 937 938 940 941 947 949 951 952 954 956 959 970 971 972 973 978 979 980 984 985 989
""")
