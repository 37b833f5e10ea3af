from urlobject.url import URLObject
