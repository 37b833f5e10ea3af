from server.api import routes


if __name__ == '__main__':
    print(routes.dispatch('/api/person/3259709/shifts'))
