from urlobject import URLObject

LONG = 'https://github.com?spam=eggs&a=ggfg&b=09870987&c=mmmm&d=0123456789012345678901234567890'


if __name__ == '__main__':
    print(URLObject(LONG))
