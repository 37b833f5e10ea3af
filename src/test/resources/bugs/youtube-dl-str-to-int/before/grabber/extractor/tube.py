from grabber.utils import clean, parse_duration


class Tube:
    def suitable(self, url):
        return '//tube.example.com/' in url

    def extract(self, page):
        return {'title': clean(page['title']), 'duration': parse_duration(page.get('length'))}
