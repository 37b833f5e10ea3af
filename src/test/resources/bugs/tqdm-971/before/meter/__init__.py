from .std import Meter
