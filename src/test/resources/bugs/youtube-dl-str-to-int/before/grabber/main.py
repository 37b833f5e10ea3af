from grabber.extractor import clips, tube
from grabber.downloader.core import Downloader

PAGE = {'id': 'x1', 'title': ' A video ', 'views': 1024, 'length': '1:02'}


def main():
    downloader = Downloader([tube.Tube(), clips.Clips()])
    print(downloader.extract('https://clips.example.com/x1', PAGE))


if __name__ == '__main__':
    main()
