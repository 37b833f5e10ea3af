from gateway.connection import Connection

REQUEST = b'GET /orders HTTP/1.1\r\n folded\r\nHost: example.com\r\n\r\n'


def main():
    connection = Connection()
    print(connection.receive(REQUEST))


if __name__ == '__main__':
    main()
