"""Buildium's own vocabularies, in its spelling."""

from __future__ import annotations

RENTAL_SUB_TYPES = (
    "CondoTownhome",
    "MultiFamily",
    "SingleFamily",
    "Industrial",
    "Office",
    "Retail",
    "ShoppingCenter",
    "Storage",
    "ParkingSpace",
)
RESIDENTIAL = ("CondoTownhome", "MultiFamily", "SingleFamily")
BEDROOMS = (
    "NotSet",
    "Studio",
    "OneBed",
    "TwoBed",
    "ThreeBed",
    "FourBed",
    "FiveBed",
    "SixBed",
    "SevenBed",
    "EightBed",
    "NineBedPlus",
)
BATHROOMS = (
    "NotSet",
    "OneBath",
    "OnePointFiveBath",
    "TwoBath",
    "TwoPointFiveBath",
    "ThreeBath",
    "FourBath",
    "FiveBath",
    "FivePlusBath",
    "ThreePointFiveBath",
    "FourPointFiveBath",
)
LEASE_TYPES = ("None", "Fixed", "FixedWithRollover", "AtWill")
LEASE_STATUSES = ("Active", "Past", "Future")
TASK_STATUSES = ("New", "InProgress", "Completed", "Deferred", "Closed")
TASK_TYPES = ("ContactRequest", "ResidentRequest", "Todo", "RentalOwnerRequest")
PRIORITIES = ("Low", "Normal", "High")
ENTRY_ALLOWED = ("Unknown", "Yes", "No")
APPLICATION_STATUSES = (
    "Undecided",
    "Approved",
    "Rejected",
    "AddedToLease",
    "Cancelled",
    "Deferred",
    "New",
    "Draft",
    "AddedToDraftLease",
)
DECISIONS = ("Undecided", "Approved", "Rejected", "Cancelled", "Deferred")
FILE_ENTITIES = (
    "Account",
    "Association",
    "AssociationOwner",
    "AssociationUnit",
    "Lease",
    "OwnershipAccount",
    "PublicAsset",
    "Rental",
    "RentalOwner",
    "RentalUnit",
    "Tenant",
    "Vendor",
)
TRANSACTION_TYPES = (
    "Bill", "Check", "Charge", "Payment", "Credit", "Refund", "ApplyDeposit", "ElectronicFundsTransfer", "Other",
    "Deposit", "GeneralJournalEntry", "OwnerContribution", "ReversePayment", "ReverseElectronicFundsTransfer",
    "VendorCredit", "RentalApplicationFeePayment", "ReverseRentalApplicationFeePayment", "ReverseOwnerContribution",
    "VendorRefund", "UnreversedPayment", "UnreversedElectronicFundsTransfer", "UnreversedOwnerContribution",
    "UnreversedRentalApplicationFeePayment", "ReversedEftRefund", "CreditCardPurchase", "CreditCardPayment",
)  # fmt: skip
PARTICIPANTS = ("Vendor", "RentalOwner", "RentalTenant", "AssociationOwner")
MAILING = ("PrimaryAddress", "AlternateAddress")
TAX_ID_TYPES = ("SSN", "EIN")
COUNTRIES = ("UnitedStates", "Canada", "Mexico", "PuertoRico", "Guam", "UnitedKingdom")
"""The countries a US manager's addresses name; the document lists about 250."""
PROPERTY_FEATURES = (
    "LaundryRoom WheelchairAccess DoorAttendant Elevator Parking StorageUnits Pool FitnessCenter "
    "TennisCourt ClubHouse Power ParkingCommercial SprinklerSystem DockHighDoorsOrLoadingAvailable "
    "Availability24Hours AccentWalls BasketballCourt Bilingual BoatDocks BusinessCenter CarWashArea "
    "ChildCare ClubDiscount ConferenceRoom Concierge FreeWeights FurnishedAvailable GamingStations Garage "
    "Gate GroceryService GroupExercise GuestRoom Housekeeping HouseSitting JoggingWalkingTrails LakeFront "
    "LakeAccess Library MealService MediaRoom MultiUseRoom NightPatrol OnSiteMaintenance OnSiteManagement "
    "PackageReceiving PerDiemAccepted PlayGround Racquetball RecRoom Recycling Sauna ShortTermLease "
    "SmokeFree Spa Sundeck Transportation TVLounge ValetTrash Vintage VolleyballCourt WirelessInternet "
    "HighSpeedInternet"
).split()
INCLUDED_IN_RENT = (
    "Gas Electric Trash Water HotWater Telephone Heat Cable AirCon Satellite Sewer BroadbandInternet"
).split()
UNIT_FEATURES = (
    "CableReady Microwave HardwoodFloors HighSpeedInternet AirConditioning Refrigerator Dishwasher "
    "WalkinClosets BalconyOrDeckOrPatio GarageParking Carport FencedYard LaundryRoomOrHookups Fireplace "
    "CableReadyCommercial HighSpeedInternetCommercial AirConditioningCommercial Heating OvenOrRange "
    "HeatElectric HeatGas HeatOil PetsAllowed Balcony PrivateBalcony PrivatePatio Dryer Heat WD_Hookup "
    "Washer AdditionalStorage Alarm Carpet CeilingFan ControlledAccess Courtyard Disposal "
    "DoubleSinkVanity FramedMirrors Furnished Handrails IndividualClimateControl IslandKitchen "
    "LinenCloset Pantry Satellite Skylight TileFlooring VaultedCeiling View VinylFlooring WheelChair "
    "WindowCoverings DogFriendly CatFriendly"
).split()
