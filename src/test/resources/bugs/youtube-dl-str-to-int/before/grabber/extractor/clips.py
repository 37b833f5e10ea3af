from grabber.utils import clean, parse_duration, str_to_int


class Clips:
    def suitable(self, url):
        return '//clips.example.com/' in url

    def extract(self, page):
        return {
            'title': clean(page['title']),
            'duration': parse_duration(page.get('length')),
            'view_count': str_to_int(page.get('views')),
        }
